import { Columns } from '../columns.ts';
import { formatCount, formatDuration } from '../format.ts';
import type { Traffic } from '../traffic.ts';
import type { FormatReader, Row } from './format.ts';

const ANSWERED = 0;
const REFUSED = 1;
/** Its time is the beginning's, in a format that writes at the end. */
const AT_START = 2;

/** Above this share of refused calls a report proves little. */
const MOST_REFUSED = 0.2;

/** The calls of a record as they come, and then in order, with what must be noted about them. */
export class Record {
  /** How many calls have an answer. */
  answered = 0;
  private readonly _columns = new Columns();
  private _flags = new Uint8Array(1_024);
  private _keys = new Uint32Array(1_024);
  private readonly _names: string[] = [''];
  private readonly _indices = new Map<string, number>();
  private _steppedBack = 0;
  private _unsorted = false;
  private _last = -Infinity;
  private _lastStart = -Infinity;
  private _untimed = 0;
  private _whole = true;
  private _keyed = false;

  get length(): number {
    return this._columns.length;
  }

  push(row: Row, { atEnd, otherwise = 0 }: FormatReader): void {
    const { time, duration = otherwise, status, key, refused = false, atStart = false } = row;
    const i = this._columns.length;
    if (i === this._flags.length) this._grow();
    this._columns.push(time, duration, status);
    this._flags[i] = (refused ? REFUSED : ANSWERED) | (atStart ? AT_START : 0);
    if (!refused) this.answered++;
    if (key !== undefined) {
      this._keys[i] = this._indexOf(key);
      this._keyed = true;
    }
    const start = atEnd && !atStart ? time - duration : time;
    if (time < this._last) {
      this._unsorted = true;
      // A call that ends before one that began earlier is no step back.
      if (start < this._lastStart) this._steppedBack++;
    }
    this._last = time;
    this._lastStart = start;
    if (row.duration === undefined) this._untimed++;
    if (this._whole && time % 1_000 !== 0) this._whole = false;
  }

  finish({ atEnd, ordered, otherwise = 0 }: FormatReader, notes: readonly string[], skipped: number): Traffic {
    const { at, duration, status } = this._columns.finish();
    const all = [...notes];
    let order: Uint32Array | undefined;
    if (this._unsorted) {
      order = orderBy(at);
      if (ordered && this._steppedBack > 0) {
        const times = formatCount(this._steppedBack);
        all.push(
          `the clock of the record stepped back ${times} ${times === '1' ? 'time' : 'times'}, so the calls are sorted`,
        );
      }
    }
    if (this._whole && spreadSeconds(at, order))
      all.push('times are whole seconds, so calls are spread within the second');
    if (this._untimed > 0) {
      const timed = at.length - this._untimed;
      const share =
        timed === 0 ? 'no call; all' : `${formatCount(timed)} of ${formatCount(at.length)} calls; the others`;
      all.push(`the record holds the duration of ${share} count as ${formatDuration(otherwise)}`);
    }
    if (atEnd) {
      for (let i = 0; i < at.length; i++) if ((this._flags[i]! & AT_START) === 0) at[i]! -= duration[i]!;
      order = isSorted(at) ? undefined : orderBy(at);
    }
    const columns = order
      ? { at: pick(at, order), duration: pick(duration, order), status: pick(status, order) }
      : { at, duration, status };
    const keys = this._keys.slice(0, at.length);
    const flags = this._flags.slice(0, at.length);
    const sortedKeys = order ? pick(keys, order) : keys;
    all.push(...this._fillRefused(columns, sortedKeys, order ? pick(flags, order) : flags));
    const names = this._names;
    return Object.freeze({
      ...columns,
      ...(this._keyed ? { key: (i: number) => names[sortedKeys[i] ?? 0]! } : {}),
      skipped,
      notes: Object.freeze(all),
    });
  }

  /** Gives the calls that a live breaker refused the answer of the nearest call in time, of the same key if there is one. */
  private _fillRefused(
    { at, duration, status }: Pick<Traffic, 'at' | 'duration' | 'status'>,
    keys: Uint32Array,
    flags: Uint8Array,
  ): string[] {
    const refused = at.length - this.answered;
    if (refused === 0) return [];
    const nearest = new Int32Array(at.length).fill(-1);
    const walk = (indices: Iterable<number>): void => {
      const last = new Map<number, number>();
      for (const i of indices) {
        const key = keys[i]!;
        if ((flags[i]! & REFUSED) === 0) {
          last.set(key, i);
          last.set(-1, i);
          continue;
        }
        const found = last.get(key) ?? last.get(-1);
        if (found === undefined) continue;
        const best = nearest[i]!;
        if (best < 0 || isNearer(at, keys, i, found, best)) nearest[i] = found;
      }
    };
    walk(upwards(at.length));
    walk(downwards(at.length));
    for (let i = 0; i < at.length; i++) {
      const from = nearest[i]!;
      if (from < 0) continue;
      duration[i] = duration[from]!;
      status[i] = status[from]!;
    }
    const share = `${formatCount(refused)} of ${formatCount(at.length)} calls were refused by a live breaker and get the answer of the nearest call in time`;
    return [refused > MOST_REFUSED * at.length ? `${share}: that many, that the report proves little` : share];
  }

  private _indexOf(key: string): number {
    const known = this._indices.get(key);
    if (known !== undefined) return known;
    const index = this._names.length;
    // A part of a line keeps the whole chunk in memory that the line is a part of, so a copy is kept in its place.
    const copy = JSON.parse(JSON.stringify(key)) as string;
    this._names.push(copy);
    this._indices.set(copy, index);
    return index;
  }

  private _grow(): void {
    const flags = new Uint8Array(this._flags.length * 2);
    const keys = new Uint32Array(this._keys.length * 2);
    flags.set(this._flags);
    keys.set(this._keys);
    this._flags = flags;
    this._keys = keys;
  }
}

/** The indices in the order of their times, those of equal times as they came. */
function orderBy(times: Float64Array): Uint32Array {
  // Not a typed array's own sort, which gains nothing from a record that is nearly sorted.
  const order = Array.from(times, (_, i) => i);
  return Uint32Array.from(order.sort((a, b) => times[a]! - times[b]!));
}

function isSorted(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if (times[i]! < times[i - 1]!) return false;
  return true;
}

function pick<Column extends Float64Array | Uint16Array | Uint32Array | Uint8Array>(
  column: Column,
  order: Uint32Array,
): Column {
  const picked = column.slice();
  for (let i = 0; i < order.length; i++) picked[i] = column[order[i]!]!;
  return picked as Column;
}

/** Spreads the times of each whole second evenly within it, in order; false if there was nothing to spread. */
function spreadSeconds(times: Float64Array, order: Uint32Array | undefined): boolean {
  let spread = false;
  const indexOf = (k: number): number => (order ? order[k]! : k);
  for (let begin = 0; begin < times.length;) {
    const second = times[indexOf(begin)]!;
    let end = begin + 1;
    while (end < times.length && times[indexOf(end)] === second) end++;
    const count = end - begin;
    if (count > 1) spread = true;
    for (let k = begin; k < end; k++) times[indexOf(k)] = second + ((k - begin) / count) * 1_000;
    begin = end;
  }
  return spread;
}

function isNearer(at: Float64Array, keys: Uint32Array, i: number, found: number, best: number): boolean {
  const same = Number(keys[found] === keys[i]) - Number(keys[best] === keys[i]);
  if (same !== 0) return same > 0;
  return Math.abs(at[found]! - at[i]!) < Math.abs(at[best]! - at[i]!);
}

function* upwards(length: number): Generator<number> {
  for (let i = 0; i < length; i++) yield i;
}

function* downwards(length: number): Generator<number> {
  for (let i = length - 1; i >= 0; i--) yield i;
}
