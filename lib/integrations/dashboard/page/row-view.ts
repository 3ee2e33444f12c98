import type { Known, Model } from './model.ts';
import { make, setText } from './dom.ts';
import { count, countdown, duration, milliseconds, nameOf, percent } from './format.ts';
import { drawSparkline } from './sparkline.ts';
import { badge } from './states.ts';

/** A row of the table. */
export class RowView {
  readonly key: string;
  readonly element: HTMLTableRowElement;
  readonly button: HTMLButtonElement;
  readonly #model: Model;
  readonly #canvas = make('canvas', { 'aria-hidden': 'true' });
  readonly #cells: Record<
    'state' | 'since' | 'next' | 'why' | 'calls' | 'failed' | 'latency' | 'rejected',
    HTMLElement
  >;
  #state = '';
  /** Whether it is in sight: only then is its picture drawn. */
  visible = false;

  constructor(key: string, model: Model) {
    this.key = key;
    this.#model = model;
    const cell = (name: string, ...children: Node[]): HTMLTableCellElement =>
      make('td', { role: 'cell', class: name }, ...children);
    this.button = make('button', { type: 'button', class: 'name' }, nameOf(key));
    this.#cells = {
      state: cell('state'),
      since: cell('since'),
      next: cell('next'),
      why: cell('why'),
      calls: cell('calls number'),
      failed: cell('failed number'),
      latency: cell('latency number'),
      rejected: cell('rejected number'),
    };
    const head = make('th', { role: 'rowheader', scope: 'row' }, this.button);
    this.element = make('tr', { role: 'row' }, head, ...Object.values(this.#cells), cell('spark', this.#canvas));
  }

  get #known(): Known | undefined {
    return this.#model.circuits.get(this.key);
  }

  /** What changes when the server says so. */
  update(): void {
    const row = this.#known?.row;
    if (!row) return;
    const cells = this.#cells;
    if (row.state !== this.#state) {
      this.#state = row.state;
      this.element.dataset['state'] = row.state;
      cells.state.replaceChildren(badge(row.state));
    }
    setText(cells.why, row.detail);
    cells.why.title = row.detail;
    setText(cells.calls, count(row.calls));
    setText(cells.failed, percent(row.failures, row.calls));
    setText(cells.latency, milliseconds(row.latency));
    setText(cells.rejected, count(row.rejected));
    this.tick();
  }

  /** What changes as time goes by. */
  tick(): void {
    const row = this.#known?.row;
    if (!row) return;
    const { now } = this.#model;
    setText(this.#cells.since, duration(now - row.since));
    setText(
      this.#cells.next,
      row.retryAt === null ? (row.state === 'open' ? 'not scheduled' : '') : countdown(row.retryAt - now),
    );
  }

  draw(): void {
    const known = this.#known;
    if (known && this.visible) drawSparkline(this.#canvas, known.samples, this.#model.now, this.#model.interval);
  }

  select(selected: boolean): void {
    if (selected) this.button.setAttribute('aria-current', 'true');
    else this.button.removeAttribute('aria-current');
    this.element.classList.toggle('selected', selected);
  }
}
