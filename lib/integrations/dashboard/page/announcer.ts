import type { Entry } from '../server/messages.ts';
import { byId } from './dom.ts';
import { plural, toName } from './format.ts';
import { STATES } from './states.ts';

/** More at once would be read for a minute. */
const MOST_AT_ONCE = 3;

/** In ms, from one announcement to the next: read faster, they drown each other. */
const PAUSE = 3_000;

/** Has screen readers say what happens. */
export class Announcer {
  private _entries: Entry[] = [];
  private _timer: number | undefined;

  /** Announces what has happened, at once or together with what happens in the seconds after the last announcement. */
  announce(entries: readonly Entry[]): void {
    this._entries.push(...entries);
    if (this._timer === undefined) this._flush();
  }

  /** Announces something that makes what has happened before it old. */
  say(text: string): void {
    this._entries = [];
    byId('announcer').textContent = text;
    clearTimeout(this._timer);
    this._timer = window.setTimeout(() => {
      this._timer = undefined;
      this._flush();
    }, PAUSE);
  }

  private _flush(): void {
    const entries = this._entries;
    if (entries.length === 0) return;
    this.say(
      entries.length > MOST_AT_ONCE
        ? `${plural(entries.length, 'signal')}, the latest: ${textOf(entries.at(-1))}`
        : entries.map(textOf).join('. '),
    );
  }
}

function textOf(entry: Entry | undefined): string {
  return entry ? `${toName(entry.key)} is ${STATES[entry.to].label}` : '';
}
