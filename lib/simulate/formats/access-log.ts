import { checkAtLeast, checkOptions, wrongType } from '../../util/check.ts';
import type { Format, Parsed } from './format.ts';
import { isDate, parseZone, toEpoch } from './time.ts';

/**
 * Options of {@link accessLog}.
 *
 * @example
 * ```ts
 * import { accessLog, readTraffic, type AccessLogOptions } from 'rxjs-fluxgate/simulate';
 *
 * const options: AccessLogOptions = { duration: 40 };
 * const line = '10.0.0.1 - - [28/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 512 "-" "-"';
 * console.log((await readTraffic([line], accessLog(options))).duration[0]); // => 40
 * ```
 *
 * @see {@link accessLog}
 */
export interface AccessLogOptions {
  /** Which time a line holds. Default the end if the line holds a duration, else the start. */
  readonly time?: 'start' | 'end' | undefined;
  /** How long calls take whose lines do not say it, in ms, at least 0. Default 0. */
  readonly duration?: number | undefined;
}

/** One regular expression, each part of which ends where the next begins, so that it takes linear time. */
const LINE =
  /^\S+ \S+ [^[]*\[(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})\] "(?:[^"\\]|\\.)*" (\d{3}) (?:\d+|-)(.*)$/su;

const SECONDS = /^\d+(?:\.\d+)?$/u;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The access log of a web server, in the common or the combined format. A number at the end of the line is nginx's
 * `$request_time` in seconds; such a line is written when the call ends.
 *
 * @throws TypeError or RangeError if an option is wrong
 * @example
 * ```ts
 * import { accessLog, readTraffic } from 'rxjs-fluxgate/simulate';
 *
 * const line = '10.0.0.1 - - [28/Nov/2026:10:00:02 +0000] "GET / HTTP/1.1" 503 0 "-" "curl" 1.500';
 * const { at, duration, status } = await readTraffic([line], accessLog());
 * console.log(new Date(at[0]!).toISOString(), duration[0], status[0]); // => 2026-11-28T10:00:00.500Z 1500 503
 * ```
 *
 * @see {@link readTraffic}
 */
export function accessLog(options: AccessLogOptions = {}): Format {
  checkOptions('accessLog', options, ['time', 'duration']);
  const { time, duration } = options;
  if (time !== undefined && !['start', 'end'].includes(time)) {
    throw wrongType('accessLog: time', "'start' or 'end'", time);
  }
  if (duration !== undefined) checkAtLeast('accessLog: duration', 0, duration);
  return {
    name: 'accessLog()',
    _open: () => ({
      expected: 'a line of the common or combined log format',
      unit: 'line',
      atEnd: true,
      ordered: true,
      line: (text, emit) => emit(parseAccessLine(text, time, duration)),
    }),
  };
}

export function parseAccessLine(text: string, time?: 'start' | 'end', otherwise?: number): Parsed {
  const match = LINE.exec(text);
  if (!match) return 'unreadable';
  const [, day, name, year, hour, minute, second, zone, status, tail] = match;
  const month = MONTHS.indexOf(name!) + 1;
  if (!isDate(month, +day!, +hour!, +minute!, +second!)) return 'unreadable';
  const written = toEpoch(+year!, month, +day!, +hour!, +minute!, +second!) - parseZone(zone!);
  const last = tail!.trimEnd();
  const word = last.slice(last.lastIndexOf(' ') + 1);
  const took = SECONDS.test(word) ? Math.round(Number(word) * 1e6) / 1e3 : undefined;
  const duration = took ?? otherwise;
  // The reader takes times for ends, so that whole seconds are spread before the beginning is found.
  const atStart = time === 'start' || (time === undefined && took === undefined);
  return { time: written, duration, status: +status!, ...(atStart ? { atStart } : {}) };
}
