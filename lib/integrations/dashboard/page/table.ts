import { Fragment, h, render } from 'preact';
import type { State } from '../../../types/state.ts';
import { Badge } from './badge.ts';
import { CircuitRow } from './circuit-row.ts';
import { byId, setText } from './dom.ts';
import { count, countdown, duration } from './format.ts';
import type { Model } from './model.ts';
import { keepOrder } from './order.ts';
import { Sparklines } from './sparklines.ts';
import { STATES, urgencyOf } from './states.ts';

const names = new Intl.Collator('en', { numeric: true });

/** In ms: rows that move are hard to hit, so they do not move again sooner. */
const STILL = 900;

/** The circuits, as rows in an order that can be read. */
export class Table {
  private readonly _model: Model;
  private readonly _onSelect: (key: string) => void;
  private readonly _body = byId('rows');
  private readonly _filter = byId('filter', HTMLInputElement);
  private readonly _sort = byId('sort', HTMLSelectElement);
  private readonly _sparklines: Sparklines;
  private _selected: string | undefined;
  /** All keys by name. */
  private _names: readonly string[] = [];
  private _order: readonly string[] = [];
  private _orderedAt = -Infinity;
  /** Whether the pointer is on the rows. */
  private _held = false;

  constructor(model: Model, onSelect: (key: string) => void) {
    this._model = model;
    this._onSelect = onSelect;
    this._sparklines = new Sparklines(model);
    const reorder = (): void => this._render(true);
    this._filter.addEventListener('input', reorder);
    this._sort.addEventListener('change', reorder);
    this._body.addEventListener('pointerenter', ({ pointerType }) => this._hold(pointerType === 'mouse'));
    this._body.addEventListener('pointerleave', () => this._hold(false));
  }

  /** The circuit at the top. */
  get first(): string | undefined {
    return this._order[0];
  }

  select(key: string | undefined): void {
    this._selected = key;
    this._renderRows();
  }

  /** Shows the circuits as the model has them now. */
  update(): void {
    this._render(false);
    this._sparklines.draw();
    this._summarise();
  }

  /** Shows what changes with the time alone. */
  tick(): void {
    this._renderRows();
  }

  draw(): void {
    this._sparklines.draw();
  }

  private _hold(held: boolean): void {
    this._held = held;
    byId('held').hidden = !held;
  }

  /** @param now whether the order is to be right at once, also under the pointer: it was asked for */
  private _render(now: boolean): void {
    const wanted = this._wanted();
    const still = performance.now() - this._orderedAt < STILL;
    const order = keepOrder(this._order, wanted, !now && (this._held || still));
    if (order.join('\n') !== this._order.join('\n')) this._orderedAt = performance.now();
    this._order = order;
    this._renderRows();
    const nothing = byId('nothing');
    nothing.hidden = order.length > 0;
    setText(nothing, this._model.circuits.size > 0 ? 'No circuit has such a name.' : 'There are no circuits yet.');
  }

  private _renderRows(): void {
    const focused = document.activeElement;
    render(h(Fragment, null, ...this._order.map((key) => this._toRow(key))), this._body);
    // A row that is moved loses the focus.
    if (focused instanceof HTMLElement && focused !== document.activeElement && this._body.contains(focused)) {
      focused.focus({ preventScroll: true });
    }
  }

  private _toRow(key: string) {
    const known = this._model.circuits.get(key);
    if (!known) return null;
    const { row } = known;
    const { now } = this._model;
    const waiting = row.state === 'open' && !row.unreadable ? 'not scheduled' : '';
    return h(CircuitRow, {
      key,
      row,
      since: row.since === null ? '–' : duration(now - row.since),
      next: row.retryAt === null ? waiting : countdown(row.retryAt - now),
      selected: key === this._selected,
      sparklines: this._sparklines,
      onSelect: this._onSelect,
    });
  }

  /** The keys that the filter lets through, in order. */
  private _wanted(): readonly string[] {
    const { circuits } = this._model;
    // Sorting hundreds of names takes longer than all the rest, and they seldom change.
    if (this._names.length !== circuits.size || this._names.some((key) => !circuits.has(key))) {
      this._names = [...circuits.keys()].sort(names.compare);
    }
    const filter = this._filter.value.trim().toLowerCase();
    const shown = this._names.filter((key) => key.toLowerCase().includes(filter));
    if (this._sort.value !== 'attention') return shown;
    const urgency = (key: string): number => urgencyOf(circuits.get(key)?.row.state ?? 'closed');
    return shown.sort((one, other) => urgency(one) - urgency(other));
  }

  private _summarise(): void {
    // A shadow rejects no call, so it is not counted.
    const rows = [...this._model.circuits.values()].map(({ row }) => row).filter(({ shadow }) => !shadow);
    const items = (Object.keys(STATES) as State[]).map((state) => {
      const many = rows.filter((row) => row.state === state).length;
      return many > 0 ? h('li', { key: state }, h('b', null, count(many)), ' ', h(Badge, { state })) : null;
    });
    render(h(Fragment, null, ...items), byId('summary'));
  }
}
