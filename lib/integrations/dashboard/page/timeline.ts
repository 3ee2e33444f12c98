import { Component, Fragment, h, render, type ComponentChild } from 'preact';
import type { Entry } from '../server/messages.ts';
import { Badge } from './badge.ts';
import { byId } from './dom.ts';
import { timeOfDay, toName } from './format.ts';
import type { Model } from './model.ts';

/** The signals, the latest first. */
export class Timeline {
  private readonly _model: Model;
  private readonly _only = byId('only', HTMLInputElement);
  private _selected: string | undefined;

  constructor(model: Model) {
    this._model = model;
    this._only.addEventListener('change', () => this.update());
  }

  select(key: string | undefined): void {
    this._selected = key;
    this.update();
  }

  update(): void {
    const entries = this._model.entries.filter(({ key }) => !this._only.checked || key === this._selected);
    const items = entries.map((entry) => h(Item, { key: entry.id, entry })).reverse();
    render(h(Fragment, null, ...items), byId('entries'));
    byId('quiet').hidden = entries.length > 0;
  }
}

/** One signal. The id may mean another after the server has been restarted. */
class Item extends Component<{ readonly entry: Entry }> {
  override shouldComponentUpdate({ entry }: { readonly entry: Entry }): boolean {
    return entry !== this.props.entry;
  }

  override render({ entry }: { readonly entry: Entry }): ComponentChild {
    const { key, at, from, to, detail } = entry;
    return h(
      'li',
      { 'data-state': to },
      h('time', { datetime: new Date(at).toISOString() }, timeOfDay(at)),
      h(
        'span',
        { class: 'what' },
        ...[h('b', null, h('bdi', null, toName(key))), ' ', h(Badge, { state: from })],
        h('span', { class: 'arrow', role: 'img', 'aria-label': 'to' }, '→'),
        h(Badge, { state: to }),
      ),
      h('span', { class: 'detail' }, detail),
    );
  }
}
