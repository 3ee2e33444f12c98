import { checkFraction, checkFunction, checkOptions, wrongType } from '../../util/check.ts';
import { formatCount } from '../format.ts';
import type { Traffic } from '../traffic.ts';
import { detectFormat, HEAD } from './detect.ts';
import type { Fields } from './fields.ts';
import type { Emit, Format, FormatReader, Parsed } from './format.ts';
import { isEmpty, readLines, type Source } from './lines.ts';
import { Record } from './record.ts';

/**
 * Options of {@link readTraffic}.
 *
 * @example
 * ```ts
 * import { csv, readTraffic, type ReadOptions } from 'rxjs-fluxgate/simulate';
 *
 * const options: ReadOptions = { maxSkipped: 1, onProgress: ({ lines, calls }) => console.log(lines, calls) };
 * await readTraffic(['timestamp,duration', '1,2', 'oops'], csv(), options); // => 3 1
 * ```
 *
 * @see {@link readTraffic}
 */
export interface ReadOptions {
  /** Which share of the lines may hold no call, a ratio 0..1. Default 0.05. */
  readonly maxSkipped?: number | undefined;
  /** Called about every 10,000 lines, and at the end. */
  readonly onProgress?: ((progress: { lines: number; calls: number }) => void) | undefined;
}

const EMPTY = 'readTraffic: the input is empty';

const PROGRESS = 10_000;

/** How many lines that hold no call are quoted. */
const QUOTED = 3;

/**
 * Reads recorded traffic, from bytes or text in chunks, such as a Node stream or the body of a `Response`, or from an array
 * of lines.
 *
 * *Details.* Calls are sorted by when they began. Times in whole seconds are spread within the second. A line that holds no
 * call is skipped and counted, and `notes` has what a reader must know. But for the columns memory is constant; a HAR file
 * and an OTLP document of many lines are held as a whole.
 *
 * @param source chunks, which may be cut anywhere, or lines
 * @param format by default it is recognised by the first lines
 * @throws (rejects) an Error with the line for input that is none of the format; TypeError or RangeError for arguments that
 * are wrong; what the source or `onProgress` throws
 * @example
 * ```ts
 * import { readTraffic, simulate } from 'rxjs-fluxgate/simulate';
 *
 * const log = [
 *   '10.0.0.1 - - [28/Nov/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 512 "-" "-"',
 *   '10.0.0.1 - - [28/Nov/2026:10:00:00 +0000] "GET /b HTTP/1.1" 503 0 "-" "-"',
 * ];
 * const { asked, met } = simulate(await readTraffic(log));
 * console.log(asked, met); // => 2 1
 * ```
 *
 * @see {@link callLines}, {@link accessLog}, {@link jsonLines}, {@link csv}, {@link har}, {@link otlp}
 */
export async function readTraffic(source: Source, format?: Format, options: ReadOptions = {}): Promise<Traffic> {
  checkOptions('readTraffic', options, ['maxSkipped', 'onProgress']);
  const { maxSkipped = 0.05, onProgress } = options;
  checkFraction('readTraffic: maxSkipped', maxSkipped);
  if (onProgress !== undefined) checkFunction('readTraffic: onProgress', onProgress);
  if (format !== undefined && typeof (format as Partial<Format> | null)?._open !== 'function') {
    throw wrongType('readTraffic: format', 'made by one of the functions for formats', format);
  }
  return read(source, new Reading(format, onProgress, undefined), maxSkipped);
}

/** The same for a format that is recognised, if it is one that takes fields. */
export async function readWithFields(
  source: Source,
  fields: Fields,
  { maxSkipped = 0.05, onProgress }: ReadOptions,
): Promise<Traffic> {
  return read(source, new Reading(undefined, onProgress, fields), maxSkipped);
}

async function read(source: Source, reading: Reading, maxSkipped: number): Promise<Traffic> {
  for await (const lines of readLines(source)) for (const line of lines) reading.line(line);
  return reading.finish(maxSkipped);
}

class Reading {
  private readonly _onProgress: ReadOptions['onProgress'];
  private readonly _fields: Fields | undefined;
  private readonly _record = new Record();
  private _reader: FormatReader | undefined;
  /** The first lines, until they say which format it is. */
  private _head: string[] | undefined;
  private _headLength = 0;
  private _lines = 0;
  private _hasText = false;
  /** How many lines, entries or spans were to hold a call. */
  private _pieces = 0;
  private _skipped = 0;
  private readonly _quotes: string[] = [];
  private _firstSkipped = 0;
  private _current = '';

  constructor(format: Format | undefined, onProgress: ReadOptions['onProgress'], fields: Fields | undefined) {
    this._fields = fields;
    this._reader = format?._open();
    this._head = format ? undefined : [];
    this._onProgress = onProgress;
  }

  line(line: string): void {
    // Empty lines before the first are counted, and show nothing of the format.
    if (!this._head || (this._head.length === 0 && isEmpty(line))) return this._read(line);
    this._head.push(line);
    this._headLength += line.length;
    if (this._headLength >= HEAD || this._head.length >= 20) this._detect();
  }

  finish(maxSkipped: number): Traffic {
    if (this._head) this._detect();
    const reader = this._reader!;
    try {
      reader.end?.(this._emit);
    } catch (error) {
      throw toReadError(error);
    }
    this._onProgress?.({ lines: this._lines, calls: this._record.length });
    if (this._skipped > maxSkipped * this._pieces) this._refuse(reader);
    if (!this._hasText) throw new Error(EMPTY);
    if (this._record.answered === 0) {
      const why = reader.none?.() ?? `expected ${reader.expected}`;
      throw new Error(`readTraffic: no call in ${formatCount(this._lines)} lines: ${why}`);
    }
    return this._record.finish(reader, this._skipNotes(reader), this._skipped);
  }

  private _detect(): void {
    const head = this._head!;
    this._head = undefined;
    if (head.length === 0) throw new Error(EMPTY);
    try {
      this._reader = detectFormat(head.join('\n'), this._fields)._open();
    } catch (error) {
      throw toReadError(error, this._lines + 1);
    }
    for (const line of head) this._read(line);
  }

  private _read(line: string): void {
    this._lines++;
    if (this._reader && (this._reader.takesEmpty || !isEmpty(line))) {
      this._current = line;
      this._hasText = true;
      try {
        this._reader.line(line, this._emit, this._lines);
      } catch (error) {
        throw toReadError(error, this._lines);
      }
    }
    if (this._lines % PROGRESS === 0) this._onProgress?.({ lines: this._lines, calls: this._record.length });
  }

  private readonly _emit: Emit = (parsed, line = this._current, number = this._lines) => {
    this._take(parsed, line, number);
  };

  private _take(parsed: Parsed, line: string, number: number): void {
    if (parsed === 'nothing') return;
    this._pieces++;
    if (parsed !== 'unreadable') return this._record.push(parsed, this._reader!);
    this._skipped++;
    if (this._skipped === 1) this._firstSkipped = this._reader!.unit === 'line' ? number : this._pieces;
    if (this._quotes.length < QUOTED) this._quotes.push(line.length > 120 ? `${line.slice(0, 120)}…` : line);
  }

  private _refuse({ expected, unit }: FormatReader): never {
    throw new Error(
      `readTraffic: ${unit} ${String(this._firstSkipped)}: expected ${expected}, got ${JSON.stringify(this._quotes[0])}; ` +
        `${String(this._skipped)} of ${String(this._pieces)} ${plural(unit)} hold no call`,
    );
  }

  private _skipNotes({ unit }: FormatReader): readonly string[] {
    if (this._skipped === 0) return [];
    const quotes = this._quotes.map((quote) => JSON.stringify(quote)).join(', ');
    return [
      `${formatCount(this._skipped)} of ${formatCount(this._pieces)} ${plural(unit)} hold no call and are left out, such as ${quotes}`,
    ];
  }
}

/** Names the function in what a format throws, and the line if it is one's. */
function toReadError(error: unknown, line?: number): Error {
  const message = error instanceof Error ? error.message : String(error);
  const where = line === undefined ? '' : `line ${String(line)}: `;
  return new Error(`readTraffic: ${where}${message}`, { cause: error });
}

function plural(unit: FormatReader['unit']): string {
  return unit === 'entry' ? 'entries' : `${unit}s`;
}
