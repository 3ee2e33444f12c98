import type { Entry } from '../server/messages.ts';
import { byId, make } from './dom.ts';
import { nameOf, timeOfDay } from './format.ts';
import type { Model } from './model.ts';
import { badge } from './states.ts';

/** The signals, the latest first. */
export class Timeline {
  readonly #model: Model;
  readonly #list = byId('entries');
  readonly #only = byId('only', HTMLInputElement);
  /** The items there are, by the ids of their entries. */
  #items = new Map<number, HTMLElement>();
  #selected: string | undefined;

  constructor(model: Model) {
    this.#model = model;
    this.#only.addEventListener('change', () => this.update());
  }

  select(key: string | undefined): void {
    this.#selected = key;
    this.update();
  }

  /** Forgets what it shows: the ids of another run of the server mean other entries. */
  clear(): void {
    this.#items.clear();
    this.#list.replaceChildren();
  }

  update(): void {
    const entries = this.#model.entries.filter(({ key }) => !this.#only.checked || key === this.#selected);
    const kept = this.#items;
    this.#items = new Map(entries.map((entry) => [entry.id, kept.get(entry.id) ?? itemOf(entry)]));
    for (const [id, item] of kept) if (!this.#items.has(id)) item.remove();
    let place = this.#list.firstElementChild;
    for (const item of [...this.#items.values()].reverse()) {
      if (item === place) place = place.nextElementSibling;
      else this.#list.insertBefore(item, place);
    }
    byId('quiet').hidden = entries.length > 0;
  }
}

function itemOf(entry: Entry): HTMLElement {
  const time = make('time', { datetime: new Date(entry.at).toISOString() }, timeOfDay(entry.at));
  const what =
    entry.type === 'signal'
      ? [badge(entry.from), make('span', { class: 'arrow', role: 'img', 'aria-label': 'to' }, '→'), badge(entry.to)]
      : ['would have tripped'];
  const state = entry.type === 'signal' ? entry.to : 'metrics_only';
  return make(
    'li',
    { 'data-state': state },
    time,
    make('span', { class: 'what' }, make('b', {}, make('bdi', {}, nameOf(entry.key))), ' ', ...what),
    make('span', { class: 'detail' }, entry.detail),
  );
}
