import { wrongType } from '../util/check.ts';

/**
 * A state that the fleet can have. There is no half-open: a fleet is open with a live lease.
 *
 * @example
 * ```ts
 * import type { FleetState } from 'rxjs-fluxgate/fleet';
 *
 * const shut: readonly FleetState[] = ['open', 'forced_open'];
 * console.log(shut.includes('closed')); // => false
 * ```
 *
 * @see {@link FleetStatus}
 */
export type FleetState = 'closed' | 'open' | 'forced_open' | 'disabled' | 'metrics_only';

/** The circuit of a fleet. Times are in ms of the engine's clock; 0 if there is none. */
export interface FleetRecord {
  /** Grows by one with each change of state. */
  readonly epoch: number;
  readonly state: FleetState;
  /** Whether a command wrote it. */
  readonly manual: boolean;
  /** When the open circuit is due. */
  readonly until: number;
  /** The wait of which `until` is the end, in ms. */
  readonly wait: number;
  readonly reopens: number;
  /** The member that wrote this epoch. */
  readonly by: string;
  readonly detail: string;
  /** The member that holds the lease; empty if none does. */
  readonly prober: string;
  /** When the lease ends. */
  readonly lease: number;
}

export const MAX_ID = 64;
const MAX_DETAIL = 200;
/** In bytes of UTF-8. */
const MAX_RECORD = 1_024;
const LIMIT = 2 ** 50;
/** The longest wait that a record holds; `never()` is this. */
export const LONGEST_WAIT = 2 ** 49;

const STATES: readonly unknown[] = ['closed', 'open', 'forced_open', 'disabled', 'metrics_only'] satisfies FleetState[];

/** Writes a record as JSON of at most 1 kB; a detail that is too long is cut. */
export function formatRecord(record: FleetRecord): string {
  for (let length = MAX_DETAIL; ; length = Math.floor(length / 2)) {
    const text = JSON.stringify({ ...record, detail: clip(record.detail, length) });
    if (length === 0 || countBytes(text) <= MAX_RECORD) return text;
  }
}

/** Cuts a text, but not in the middle of a character, and replaces halves of characters. */
export function clip(text: string, length: number): string {
  const end = /[\ud800-\udbff]$/.test(text.slice(0, length)) ? length - 1 : length;
  return text.slice(0, end).replace(/\p{Surrogate}/gu, '\ufffd');
}

/**
 * Reads a record as a copy that holds nothing else.
 *
 * @throws TypeError, RangeError or SyntaxError if the text is no such record
 */
export function parseRecord(text: string): FleetRecord {
  if (text.length > MAX_RECORD)
    throw new RangeError(`record must be at most 1 kB, got ${String(text.length)} characters`);
  const value = JSON.parse(text) as unknown;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongType('record', 'an object', value);
  }
  const { epoch, state, manual, until, wait, reopens, by, detail, prober, lease } = value as Record<
    keyof FleetRecord,
    unknown
  >;
  if (!STATES.includes(state)) throw wrongType('record: state', 'a state of a fleet', state);
  if (typeof manual !== 'boolean') throw wrongType('record: manual', 'a boolean', manual);
  return Object.freeze({
    epoch: checkInteger('record: epoch', epoch, 1),
    state: state as FleetState,
    manual,
    until: checkInteger('record: until', until),
    wait: checkInteger('record: wait', wait),
    reopens: checkInteger('record: reopens', reopens),
    by: checkText('record: by', by, MAX_ID),
    detail: checkText('record: detail', detail, MAX_DETAIL),
    prober: checkText('record: prober', prober, MAX_ID),
    lease: checkInteger('record: lease', lease),
  });
}

/** Returns an integer from `min` to below 2⁵⁰. */
export function checkInteger(what: string, value: unknown, min = 0): number {
  if (typeof value !== 'number') throw wrongType(what, 'a number', value);
  if (Number.isInteger(value) && value >= min && value < LIMIT) return value;
  throw new RangeError(`${what} must be an integer from ${String(min)} to below 2^50, got ${String(value)}`);
}

/** Returns a text of at most `max` characters. */
export function checkText(what: string, value: unknown, max: number): string {
  if (typeof value !== 'string') throw wrongType(what, 'a string', value);
  if (value.length <= max) return value;
  throw new RangeError(`${what} must have at most ${String(max)} characters, got ${String(value.length)}`);
}

function countBytes(text: string): number {
  let bytes = text.length;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    // A pair of surrogates has two of its four bytes already.
    if (code > 0x7f) bytes += code > 0xffff ? 2 : code > 0x7ff ? 2 : 1;
  }
  return bytes;
}
