/** A call as a line has it. */
export interface Row {
  /** In ms since 1970, or by any other clock: the beginning, or the end if the format writes at the end. */
  readonly time: number;
  /** In ms, undefined if the line does not say it. */
  readonly duration: number | undefined;
  readonly status: number;
  readonly key?: string | undefined;
  /** A live breaker refused it, so that its outcome is unknown. */
  readonly refused?: boolean;
  /** Its time is the beginning's, though the format writes at the end. */
  readonly atStart?: boolean;
}

/** What a line, an entry or a span is: a call, nothing to count, or no call though it should be one. */
export type Parsed = Row | 'nothing' | 'unreadable';

/** Reads one input. */
export interface FormatReader {
  /** What was expected, as the error has it. */
  readonly expected: string;
  /** What one piece of the input is called. */
  readonly unit: 'line' | 'entry' | 'span';
  /** Whether the times are those at which calls ended. */
  readonly atEnd: boolean;
  /** Whether the pieces are in the order of a clock, so that a step back is one of the clock. */
  readonly ordered: boolean;
  /** What a call counts as whose duration is not known, in ms. Default 0. */
  readonly otherwise?: number | undefined;
  /** Why there is no call at all, if the format knows. */
  readonly none?: (() => string | undefined) | undefined;
  /** Whether an empty line belongs to what is being read. Default no. */
  readonly takesEmpty?: boolean | undefined;
  /** Of a line, without its end, and its number. */
  line(text: string, emit: Emit, number: number): void;
  /** After the last line. */
  end?(emit: Emit): void;
}

/** Takes what was read, with the text of its first line and the number of that, if it is not the current line. */
export type Emit = (parsed: Parsed, line?: string, number?: number) => void;

/**
 * What a record looks like: made by {@link callLines}, {@link accessLog}, {@link jsonLines}, {@link csv}, {@link har} or
 * {@link otlp}.
 *
 * @example
 * ```ts
 * import { csv, readTraffic, type Format } from 'rxjs-fluxgate/simulate';
 *
 * const format: Format = csv({ time: 'ts:s', duration: 'took:s' });
 * const traffic = await readTraffic(['ts,took', '1.5,0.25'], format);
 * console.log(traffic.at[0], traffic.duration[0]); // => 1500 250
 * ```
 *
 * @see {@link readTraffic}
 */
export interface Format {
  /** How the format was made: `accessLog()`. */
  readonly name: string;
  /**
   * Begins to read a record.
   *
   * @internal
   */
  readonly _open: () => FormatReader;
}
