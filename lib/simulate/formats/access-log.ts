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
  /^\S+ \S+ [^[]*(\[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\]) "(?:[^"\\]|\\.)*" (\d{3}) (?:\d+|-)(.*)$/su;

const DATE = /^\[(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})\]$/u;

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
    _open: () => {
      const parser = new LineParser(time);
      return {
        expected: 'a line of the common or combined log format',
        unit: 'line',
        atEnd: true,
        ordered: true,
        otherwise: duration,
        line: (text, emit) => emit(parser.parse(text)),
      };
    },
  };
}

/** Whether a line is one of an access log. */
export function isAccessLine(text: string): boolean {
  return new LineParser(undefined).parse(text) !== 'unreadable';
}

/** How long `[28/Nov/2026:10:00:00 +0000]` is. */
const DATE_LENGTH = 28;

/** What the rest of a line needs to know about its beginning. */
interface Head {
  /** When the line was written, in ms. */
  readonly written: number;
  readonly status: number;
  /** Where the part behind the number of bytes begins. */
  readonly tail: number;
}

class LineParser {
  private readonly _time: 'start' | 'end' | undefined;
  /** The date of the last line: most lines of a busy log share it. */
  private _date = 'none';
  private _written = NaN;

  constructor(time: 'start' | 'end' | undefined) {
    this._time = time;
  }

  parse(text: string): Parsed {
    const head = this._scan(text) ?? this._match(text);
    if (!head) return 'unreadable';
    const took = findSeconds(text, head.tail);
    const time = this._time;
    return {
      time: head.written,
      duration: took,
      status: head.status,
      key: undefined,
      refused: false,
      // The reader takes times for ends, so that whole seconds are spread before the beginning is found.
      atStart: time === 'start' || (time === undefined && took === undefined),
    };
  }

  /**
   * The same as the regular expression for ordinary lines, three times as fast, since no part becomes a text of its own;
   * undefined where it must decide.
   */
  private _scan(text: string): Head | undefined {
    let i = skipWord(text, 0);
    if (i === 0 || text.charCodeAt(i) !== SPACE) return undefined;
    const second = i + 1;
    i = skipWord(text, second);
    if (i === second || text.charCodeAt(i) !== SPACE) return undefined;
    const date = text.indexOf('[', i + 1);
    if (date < 0 || !text.startsWith('] "', date + DATE_LENGTH - 1)) return undefined;
    if (!text.startsWith(this._date, date) && !this._readDate(text.slice(date, date + DATE_LENGTH))) return undefined;
    const quote = text.indexOf('"', date + DATE_LENGTH + 2);
    // A quote behind a backslash may belong to the request.
    if (quote < 0 || text.charCodeAt(quote - 1) === BACKSLASH) return undefined;
    if (text.charCodeAt(quote + 1) !== SPACE || text.charCodeAt(quote + 5) !== SPACE) return undefined;
    const status = toDigits(text, quote + 2, 3);
    let tail = quote + 6;
    if (text.charCodeAt(tail) === HYPHEN) tail++;
    else while (isDigit(text.charCodeAt(tail))) tail++;
    return Number.isNaN(status) || tail === quote + 6 ? undefined : { written: this._written, status, tail };
  }

  private _match(text: string): Head | undefined {
    const match = LINE.exec(text);
    if (!match || !this._readDate(match[1]!)) return undefined;
    return { written: this._written, status: Number(match[2]), tail: text.length - match[3]!.length };
  }

  private _readDate(date: string): boolean {
    const match = DATE.exec(date);
    if (!match) return false;
    const [, day, name, year, hour, minute, second, zone] = match;
    const month = MONTHS.indexOf(name!) + 1;
    if (!isDate(+year!, month, +day!, +hour!, +minute!, +second!)) return false;
    this._date = date;
    this._written = toEpoch(+year!, month, +day!, +hour!, +minute!, +second!) - parseZone(zone!);
    return true;
  }
}

const SPACE = 32;
const HYPHEN = 45;
const BACKSLASH = 92;

/** Behind the printable characters of ASCII that begin at `i`. */
function skipWord(text: string, i: number): number {
  let end = i;
  for (let code = text.charCodeAt(end); code > SPACE && code < 127; code = text.charCodeAt(end)) end++;
  return end;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** A number of `count` digits, NaN if there are others. */
function toDigits(text: string, begin: number, count: number): number {
  let value = 0;
  for (let i = begin; i < begin + count; i++) {
    const code = text.charCodeAt(i);
    if (!isDigit(code)) return NaN;
    value = value * 10 + code - 48;
  }
  return value;
}

/** The duration at the end of a line in ms; undefined if there is none. */
function findSeconds(text: string, tail: number): number | undefined {
  let end = text.length;
  if (!isDigit(text.charCodeAt(end - 1))) {
    // Most lines end with the quote of the user agent.
    if (text.charCodeAt(end - 1) > SPACE) return undefined;
    end = text.trimEnd().length;
  }
  const word = text.slice(Math.max(tail, text.lastIndexOf(' ', end - 1) + 1), end);
  return SECONDS.test(word) ? Math.round(Number(word) * 1e6) / 1e3 : undefined;
}
