import {
  guessFields,
  KNOWN_TIMES,
  resolveFields,
  toDuration,
  toField,
  toStatus,
  toTime,
  type Field,
  type Fields,
  type ResolvedFields,
} from './fields.ts';
import type { Format, Parsed } from './format.ts';

/**
 * JSON lines: an object a line, whose members `fields` names.
 *
 * @param fields by default well-known names, such as `timestamp`, `duration` and `status`, of the first line
 * @throws TypeError if a field is not a name or a path
 * @example
 * ```ts
 * import { jsonLines, readTraffic } from 'rxjs-fluxgate/simulate';
 *
 * const { status } = await readTraffic(['{"t":0,"http":{"code":500}}'], jsonLines({ time: 't', status: 'http.code' }));
 * console.log(status[0]); // => 500
 * ```
 *
 * @see {@link Fields}, {@link readTraffic}
 */
export function jsonLines(fields?: Fields): Format {
  const given = fields === undefined ? undefined : resolveFields('jsonLines: fields', fields);
  return {
    name: 'jsonLines()',
    _open: () => {
      let places = given;
      return {
        expected: `a JSON object with ${fields ? describe(fields) : `a time (${KNOWN_TIMES})`}`,
        unit: 'line',
        atEnd: false,
        ordered: true,
        line(text, emit) {
          const object = parseObject(text);
          if (object && !places) {
            const guessed = guessFields((name) => read(object, name) !== undefined);
            places = guessed && resolveFields('jsonLines: fields', guessed);
          }
          emit(object && places ? toRow(places, object, readField) : 'unreadable');
        },
      };
    },
  };
}

export function describe({ time, duration, status, key }: Fields): string {
  return [time, duration, status, key].filter((name) => name !== undefined).join(', ');
}

/** A row of what a source has in the fields; of a status that is missing 200, of a duration that is missing undefined. */
export function toRow<S>(
  { time, duration, status, key }: ResolvedFields,
  source: S,
  get: (source: S, field: Field) => unknown,
): Parsed {
  if (!time) return 'unreadable';
  const when = toTime(get(source, time), time);
  const took = duration && toDuration(get(source, duration), duration);
  const code = status ? toStatus(get(source, status)) : 200;
  if (!Number.isFinite(when) || Number.isNaN(took) || Number.isNaN(code)) return 'unreadable';
  const name = key && get(source, key);
  return {
    time: when,
    duration: took,
    status: code,
    key: typeof name === 'string' || typeof name === 'number' ? String(name) : undefined,
  };
}

export function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A member by its name, or else by its path; own ones only, since names come from a record. */
export function read(object: object, path: string): unknown {
  return readField(object, toField(path, 1));
}

function readField(object: object, { path, names }: Field): unknown {
  if (Object.hasOwn(object, path)) return (object as Record<string, unknown>)[path];
  if (names.length === 1) return undefined;
  let value: unknown = object;
  for (const name of names) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
