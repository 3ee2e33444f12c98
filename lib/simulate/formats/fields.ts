import { checkOptions, wrongType } from '../../util/check.ts';
import { parseIso } from './time.ts';

/**
 * Where a format finds the members of a call: the name of a column, or a path with dots, and a unit after a colon
 * (`ns`, `us`, `ms`, `s`), by default ms. Times may be ISO 8601.
 *
 * @example
 * ```ts
 * import { jsonLines, readTraffic, type Fields } from 'rxjs-fluxgate/simulate';
 *
 * const fields: Fields = { time: 'ts', duration: 'took:s', status: 'http.code', key: 'upstream' };
 * const line = '{"ts":"2026-11-28T10:00:00.250Z","took":0.5,"http":{"code":503},"upstream":"payments"}';
 * const { at, duration, status, key } = await readTraffic([line], jsonLines(fields));
 * console.log(at[0], duration[0], status[0], key?.(0)); // => 1795860000250 500 503 payments
 * ```
 *
 * @see {@link jsonLines}, {@link csv}
 */
export interface Fields {
  /** When the call began. */
  readonly time: string;
  /** How long it took. Default 0 ms. */
  readonly duration?: string | undefined;
  /** The HTTP status, 0 for no answer. Default 200. */
  readonly status?: string | undefined;
  /** What it was about, such as a host. */
  readonly key?: string | undefined;
}

/** A place and the number of ms in its unit. */
export interface Field {
  readonly path: string;
  /** The names that the path consists of. */
  readonly names: readonly string[];
  readonly factor: number;
}

export function toField(path: string, factor: number): Field {
  return { path, names: path.includes('.') ? path.split('.') : [path], factor };
}

export type ResolvedFields = { readonly [Name in keyof Fields]-?: Field | undefined };

const UNITS: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['ms', 1],
  ['s', 1_000],
]);

export function resolveFields(what: string, fields: Fields): ResolvedFields {
  checkOptions(what, fields, ['time', 'duration', 'status', 'key']);
  const resolve = (name: keyof Fields): Field | undefined => {
    const text: unknown = fields[name];
    if (text === undefined && name !== 'time') return undefined;
    if (typeof text !== 'string' || text === '')
      throw wrongType(`${what}: ${name}`, 'the name of a column or a path', text);
    const colon = text.lastIndexOf(':');
    const factor = colon < 0 ? undefined : UNITS.get(text.slice(colon + 1));
    return factor === undefined ? toField(text, 1) : toField(text.slice(0, colon), factor);
  };
  return { time: resolve('time'), duration: resolve('duration'), status: resolve('status'), key: resolve('key') };
}

const KNOWN: Readonly<Record<keyof Fields, readonly string[]>> = {
  time: ['timestamp', '@timestamp', 'time', 'ts', 'start', 'startTime', 'start_time', 'startedDateTime', 'at', 'date'],
  duration: [
    'duration',
    'duration_ms:ms',
    'durationMs:ms',
    'duration_s:s',
    'took',
    'elapsed',
    'elapsed_ms:ms',
    'latency',
    'latency_ms:ms',
    'response_time',
    'responseTime',
    'request_time:s',
  ],
  status: ['status', 'statusCode', 'status_code', 'code', 'http.status_code', 'http.response.status_code'],
  key: ['key', 'name', 'upstream', 'host', 'service', 'endpoint'],
};

/** The known names that are there; undefined without a time. */
export function guessFields(has: (name: string) => boolean): Fields | undefined {
  const find = (name: keyof Fields): string | undefined => KNOWN[name].find((known) => has(known.replace(/:.*/u, '')));
  const time = find('time');
  return time === undefined
    ? undefined
    : { time, duration: find('duration'), status: find('status'), key: find('key') };
}

/** Names for an error. */
export const KNOWN_TIMES = KNOWN.time.join(', ');

const HYPHEN = 45;

/** A time in ms from a number, its text, or ISO 8601; NaN if it is none. */
export function toTime(value: unknown, { factor }: Field): number {
  if (typeof value === 'number') return value * factor;
  if (typeof value !== 'string') return NaN;
  // What looks like a date, as in most lines, is read as one first.
  const date = value.charCodeAt(4) === HYPHEN ? parseIso(value) : NaN;
  if (!Number.isNaN(date)) return date;
  const text = value.trim();
  const number = toNumber(text);
  return Number.isNaN(number) ? parseIso(text) : number * factor;
}

/** A duration in ms, NaN if it is none. */
export function toDuration(value: unknown, { factor }: Field): number {
  const number = typeof value === 'string' ? toNumber(value.trim()) : value;
  return typeof number === 'number' && number >= 0 && number < Infinity ? number * factor : NaN;
}

/** A status, NaN if it is none. */
export function toStatus(value: unknown): number {
  const number = typeof value === 'string' ? toNumber(value.trim()) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 65_535 ? number : NaN;
}

/** As `Number`, which also takes the empty text for 0, and hexadecimals. */
function toNumber(text: string): number {
  const number = Number(text);
  const second = text.charCodeAt(1);
  const isDecimal = text !== '' && (text.length < 2 || second <= 57 || second === 69 || second === 101);
  return isDecimal && Number.isFinite(number) ? number : NaN;
}
