import type { Entry } from '../messages.ts';
import { byId } from './dom.ts';
import { plural } from './format.ts';
import { STATES } from './states.ts';

/** More at once would be read for a minute. */
const MOST_AT_ONCE = 3;

/** Has screen readers say what happens. */
export function announce(entries: readonly Entry[]): void {
  if (entries.length === 0) return;
  const text =
    entries.length > MOST_AT_ONCE
      ? `${plural(entries.length, 'signal')}, the latest: ${textOf(entries.at(-1))}`
      : entries.map(textOf).join('. ');
  byId('announcer').textContent = text;
}

function textOf(entry: Entry | undefined): string {
  if (!entry) return '';
  return entry.type === 'signal' ? `${entry.key} is ${STATES[entry.to].label}` : `${entry.key} would have tripped`;
}
