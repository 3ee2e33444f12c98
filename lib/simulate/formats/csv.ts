import { isEmpty } from './lines.ts';
import { guessFields, KNOWN_TIMES, resolveFields, type Fields, type ResolvedFields } from './fields.ts';
import type { Emit, Format, FormatReader, Parsed } from './format.ts';
import { describe, toRow } from './json-lines.ts';

/** A field in quotes may hold line ends; but a quote that is never closed must not swallow the file. */
const MOST_LINES = 100;

/**
 * CSV with a header line: commas, and quotes around fields that hold commas, quotes or line ends.
 *
 * @param fields by default well-known names, such as `timestamp`, `duration` and `status`, of the header
 * @throws TypeError if a field is not a name
 * @example
 * ```ts
 * import { csv, readTraffic } from 'rxjs-fluxgate/simulate';
 *
 * const { at, duration } = await readTraffic(['when,took', '"2026-11-28 10:00:00",0.25'], csv({ time: 'when', duration: 'took:s' }));
 * console.log(at[0], duration[0]); // => 1795860000000 250
 * ```
 *
 * @see {@link Fields}, {@link readTraffic}
 */
export function csv(fields?: Fields): Format {
  if (fields !== undefined) resolveFields('csv: fields', fields);
  return { name: 'csv()', _open: () => new CsvReader(fields) };
}

interface Line {
  readonly text: string;
  readonly number: number;
}

class CsvReader implements FormatReader {
  readonly unit = 'line';
  readonly atEnd = false;
  readonly ordered = true;
  expected = 'a header line';
  private readonly _fields: Fields | undefined;
  private _columns: ReadonlyMap<string, number> | undefined;
  private _places: ResolvedFields | undefined;
  /** The lines of a record whose quotes are still open. */
  private _open: Line[] = [];

  constructor(fields: Fields | undefined) {
    this._fields = fields;
  }

  /** An empty line within quotes is one of the field. */
  get takesEmpty(): boolean {
    return this._open.length > 0;
  }

  line(text: string, emit: Emit, number: number): void {
    if (this._open.length === 0 && !text.includes('"')) return emit(this._plain(text), text, number);
    this._open.push({ text, number });
    const record = splitRecord(this._open.map((line) => line.text).join('\n'));
    if (record) {
      const parsed = this._record(record);
      // A stray quote has joined lines that belong to themselves.
      if (parsed === 'unreadable' && this._open.length > 1) return this._giveUp(emit);
      const first = this._open[0]!;
      this._open = [];
      emit(parsed, first.text, first.number);
    } else if (this._open.length >= MOST_LINES) this._giveUp(emit);
  }

  end(emit: Emit): void {
    while (this._open.length > 0) this._giveUp(emit);
  }

  /** Its first line is no call; the others are read again. */
  private _giveUp(emit: Emit): void {
    const [first, ...rest] = this._open as [Line, ...Line[]];
    this._open = [];
    emit('unreadable', first.text, first.number);
    for (const { text, number } of rest) {
      if (this.takesEmpty || !isEmpty(text)) this.line(text, emit, number);
    }
  }

  /** A line without quotes: only the columns that are asked for become texts. */
  private _plain(text: string): Parsed {
    const columns = this._columns;
    if (!columns || !this._places) return this._record(text.split(','));
    return toRow(this._places, text, (line, { path }) => cellOf(line, columns.get(path)!));
  }

  private _record(record: readonly string[]): Parsed {
    const columns = this._columns;
    if (!columns || !this._places) {
      this._header(record);
      return 'nothing';
    }
    return toRow(this._places, record, (cells, { path }) => cells[columns.get(path)!]);
  }

  private _header(record: readonly string[]): void {
    const columns = new Map(record.map((name, i) => [name.trim(), i]));
    const names = [...columns.keys()].join(', ');
    const fields = this._fields ?? guessFields((name) => columns.has(name));
    if (!fields) {
      throw new Error(`expected a header with a column for the time (${KNOWN_TIMES}), got ${names}`);
    }
    const places = resolveFields('csv: fields', fields);
    for (const [name, place] of Object.entries(places)) {
      if (place && !columns.has(place.path)) {
        throw new Error(`the column ${JSON.stringify(place.path)} for the ${name} is missing, got ${names}`);
      }
    }
    this._columns = columns;
    this._places = places;
    this.expected = `a line of CSV with ${describe(fields)}`;
  }
}

/** The cell of a line without quotes; undefined if the line is too short. */
function cellOf(line: string, column: number): string | undefined {
  let begin = 0;
  for (let i = 0; i < column; i++) {
    begin = line.indexOf(',', begin) + 1;
    if (begin === 0) return undefined;
  }
  const end = line.indexOf(',', begin);
  return end < 0 ? line.slice(begin) : line.slice(begin, end);
}

/** The fields of a record; undefined while a quote is open. */
function splitRecord(text: string): string[] | undefined {
  const fields: string[] = [];
  let position = 0;
  for (;;) {
    let field: string;
    if (text[position] === '"') {
      const end = findQuote(text, position + 1);
      if (end < 0) return undefined;
      field = text.slice(position + 1, end).replaceAll('""', '"');
      position = end + 1;
      const comma = text.indexOf(',', position);
      // What stands between the quote and the comma belongs to no field; it is kept so that nothing is lost.
      field += text.slice(position, comma < 0 ? text.length : comma);
      position = comma < 0 ? text.length : comma;
    } else {
      const comma = text.indexOf(',', position);
      const end = comma < 0 ? text.length : comma;
      field = text.slice(position, end);
      position = end;
    }
    fields.push(field);
    if (position >= text.length) return fields;
    position++;
    if (position === text.length) return [...fields, ''];
  }
}

/** The quote that closes a field: one that is not doubled. */
function findQuote(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end >= 0; end = text.indexOf('"', end + 2)) {
    if (text[end + 1] !== '"') return end;
  }
  return -1;
}
