import { byId, make, setText } from './dom.ts';
import { count } from './format.ts';
import type { Model } from './model.ts';
import { RowView } from './row-view.ts';
import { badge, STATES, urgencyOf } from './states.ts';

const names = new Intl.Collator('en', { numeric: true });

/** In ms: how long the rows stay where they are at least, so that they can be read, and clicked, in a storm. */
const STILL = 900;

/** The table of circuits, with its filter and its order, and the summary above it. */
export class Table {
  readonly #model: Model;
  readonly #onSelect: (key: string) => void;
  readonly #views = new Map<string, RowView>();
  readonly #body = byId('rows');
  readonly #filter = byId('filter', HTMLInputElement);
  readonly #sort = byId('sort', HTMLSelectElement);
  readonly #observer = new IntersectionObserver((sights) => this.#see(sights));
  #selected: string | undefined;
  #arrangedAt = -Infinity;
  #disarranged = false;

  constructor(model: Model, onSelect: (key: string) => void) {
    this.#model = model;
    this.#onSelect = onSelect;
    this.#filter.addEventListener('input', () => this.#arrange());
    this.#sort.addEventListener('change', () => this.#arrange());
    this.#body.addEventListener('click', ({ target }) => {
      const row = (target as Element).closest('tr');
      for (const view of this.#views.values()) if (view.element === row) this.#onSelect(view.key);
    });
  }

  /** Whether the filter lets a circuit through. */
  shows(key: string): boolean {
    return key.toLowerCase().includes(this.#filter.value.trim().toLowerCase());
  }

  /** The circuit at the top. */
  get first(): string | undefined {
    return this.#ordered()[0]?.key;
  }

  select(key: string | undefined): void {
    this.#selected = key;
    for (const view of this.#views.values()) view.select(view.key === key);
  }

  /** Shows what the server has told of these circuits; of all, and which there are, if not given. */
  update(keys?: ReadonlySet<string>): void {
    for (const [key, view] of this.#views) if (!this.#model.circuits.has(key)) this.#remove(key, view);
    const fresh = [...this.#model.circuits.keys()].filter((key) => !this.#views.has(key));
    for (const key of fresh) this.#add(key);
    for (const key of keys ?? this.#views.keys()) this.#views.get(key)?.update();
    this.#disarranged = true;
    if (fresh.length > 0) this.#arrange();
    else this.#arrangeInTime();
    this.#summarise();
  }

  tick(): void {
    for (const view of this.#views.values()) view.tick();
    this.#arrangeInTime();
  }

  draw(): void {
    for (const view of this.#views.values()) view.draw();
  }

  #add(key: string): void {
    const view = new RowView(key, this.#model);
    this.#views.set(key, view);
    this.#observer.observe(view.element);
    view.select(key === this.#selected);
  }

  #remove(key: string, view: RowView): void {
    this.#views.delete(key);
    this.#observer.unobserve(view.element);
    view.element.remove();
  }

  #ordered(): RowView[] {
    const urgency = ({ key }: RowView): number => urgencyOf(this.#model.circuits.get(key)?.row.state ?? 'closed');
    const byUrgency = this.#sort.value === 'attention';
    return [...this.#views.values()]
      .filter(({ key }) => this.shows(key))
      .sort((one, other) => (byUrgency ? urgency(one) - urgency(other) : 0) || names.compare(one.key, other.key));
  }

  /** Puts the rows in order, unless they have been still too short a time. */
  #arrangeInTime(): void {
    if (this.#disarranged && performance.now() - this.#arrangedAt >= STILL) this.#arrange();
  }

  /** Puts the rows in order, and moves only those that are out of place. */
  #arrange(): void {
    this.#arrangedAt = performance.now();
    this.#disarranged = false;
    const ordered = this.#ordered();
    const focused = document.activeElement;
    const wanted = new Set<Element>(ordered.map(({ element }) => element));
    for (const element of [...this.#body.children]) if (!wanted.has(element)) element.remove();
    let place = this.#body.firstElementChild;
    for (const { element } of ordered) {
      if (element === place) place = place.nextElementSibling;
      else this.#body.insertBefore(element, place);
    }
    // A row that is moved loses the focus.
    if (focused instanceof HTMLElement && focused !== document.activeElement && this.#body.contains(focused)) {
      focused.focus({ preventScroll: true });
    }
    const nothing = byId('nothing');
    nothing.hidden = ordered.length > 0;
    setText(nothing, this.#views.size > 0 ? 'No circuit has such a name.' : 'There are no circuits yet.');
  }

  #summarise(): void {
    const summary = byId('summary');
    const rows = [...this.#model.circuits.values()].map(({ row }) => row);
    const states = (Object.keys(STATES) as (keyof typeof STATES)[])
      .map((state) => ({ state, many: rows.filter((row) => row.state === state).length }))
      .filter(({ many }) => many > 0);
    const text = states.map(({ state, many }) => `${state} ${String(many)}`).join();
    if (summary.dataset['shows'] === text) return;
    summary.dataset['shows'] = text;
    summary.replaceChildren(
      ...states.map(({ state, many }) => make('li', {}, make('b', {}, count(many)), ' ', badge(state))),
    );
  }

  #see(sights: readonly IntersectionObserverEntry[]): void {
    const seen = new Map(sights.map(({ target, isIntersecting }) => [target, isIntersecting]));
    for (const view of this.#views.values()) {
      view.visible = seen.get(view.element) ?? view.visible;
      if (seen.get(view.element)) view.draw();
    }
  }
}
