import { wrongType } from '../../util/check.ts';

/** Chunks of bytes or text, or an array of lines. */
export type Source = AsyncIterable<string | Uint8Array> | Iterable<string>;

/**
 * The lines of a source in batches, without line ends, as many as a chunk completes: LF or CRLF, a byte order mark at the
 * beginning does not count, and a character cut in two by the end of a chunk is whole.
 */
export async function* readLines(source: Source): AsyncGenerator<readonly string[]> {
  const splitter = new Splitter();
  if (typeof source === 'string') yield splitter.push(source);
  else if (Symbol.asyncIterator in source) {
    for await (const chunk of source) yield splitter.push(toChunk(chunk));
  } else if (typeof (source as Partial<Iterable<string>> | null)?.[Symbol.iterator] === 'function') {
    for (const line of source as Iterable<unknown>) {
      const chunk = toChunk(line);
      // Each text of an array is a line, with or without its end.
      yield splitter.push(typeof chunk === 'string' && !chunk.endsWith('\n') ? `${chunk}\n` : chunk);
    }
  } else throw wrongType('readTraffic: source', 'chunks of text or bytes, or an array of lines', source);
  yield splitter.end();
}

function toChunk(chunk: unknown): string | Uint8Array {
  if (typeof chunk === 'string' || chunk instanceof Uint8Array) return chunk;
  throw wrongType('readTraffic: each chunk', 'a text or a Uint8Array', chunk);
}

class Splitter {
  private readonly _decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  /** The beginning of a line that is not complete. */
  private _rest: string[] = [];
  private _started = false;

  push(chunk: string | Uint8Array): readonly string[] {
    return this._split(
      typeof chunk === 'string' ? this._decoder.decode() + chunk : this._decoder.decode(chunk, { stream: true }),
    );
  }

  end(): readonly string[] {
    const lines = this._split(this._decoder.decode());
    const last = this._rest.join('');
    return last === '' ? lines : [...lines, withoutReturn(last)];
  }

  private _split(chunk: string): readonly string[] {
    let text = chunk;
    if (!this._started && text !== '') {
      this._started = true;
      if (text.startsWith('\ufeff')) text = text.slice(1);
    }
    let end = text.indexOf('\n');
    if (end < 0) {
      if (text !== '') this._rest.push(text);
      return [];
    }
    const lines: string[] = [];
    this._rest.push(text.slice(0, end));
    lines.push(withoutReturn(this._rest.join('')));
    let start = end + 1;
    while ((end = text.indexOf('\n', start)) >= 0) {
      lines.push(withoutReturn(text.slice(start, end)));
      start = end + 1;
    }
    this._rest = start < text.length ? [text.slice(start)] : [];
    return lines;
  }
}

/** Whether a line holds nothing but white space. */
export function isEmpty(line: string): boolean {
  return !(line.charCodeAt(0) > 32) && line.trim() === '';
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
