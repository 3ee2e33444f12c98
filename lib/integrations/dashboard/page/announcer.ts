import type { Entry } from '../server/messages.ts';
import { byId } from './dom.ts';
import { nameOf, plural } from './format.ts';
import { STATES } from './states.ts';

/** More at once would be read for a minute. */
const MOST_AT_ONCE = 3;

/** In ms, from one announcement to the next: said faster, they drown each other. */
const PAUSE = 3_000;

/** Has screen readers say what happens. */
export class Announcer {
  #entries: Entry[] = [];
  #timer: number | undefined;

  /** Says what has happened, at once or together with what happens in the seconds after the last announcement. */
  announce(entries: readonly Entry[]): void {
    this.#entries.push(...entries);
    if (this.#timer === undefined) this.#flush();
  }

  /** Says something that makes what has happened before it old. */
  say(text: string): void {
    this.#entries = [];
    byId('announcer').textContent = text;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, PAUSE);
  }

  #flush(): void {
    const entries = this.#entries;
    if (entries.length === 0) return;
    this.say(
      entries.length > MOST_AT_ONCE
        ? `${plural(entries.length, 'signal')}, the latest: ${textOf(entries.at(-1))}`
        : entries.map(textOf).join('. '),
    );
  }
}

function textOf(entry: Entry | undefined): string {
  if (!entry) return '';
  const name = nameOf(entry.key);
  return entry.type === 'signal' ? `${name} is ${STATES[entry.to].label}` : `${name} would have tripped`;
}
