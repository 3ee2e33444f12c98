import { checkOptions, wrongType } from '../../util/check.ts';
import { toStatus } from './fields.ts';
import type { Emit, Format, FormatReader, Parsed } from './format.ts';
import { parseObject, read } from './json-lines.ts';

/**
 * Options of {@link otlp}.
 *
 * @example
 * ```ts
 * import { otlp, type OtlpOptions } from 'rxjs-fluxgate/simulate';
 *
 * const options: OtlpOptions = { span: 'GET /payments' };
 * console.log(otlp(options).name); // => otlp()
 * ```
 *
 * @see {@link otlp}
 */
export interface OtlpOptions {
  /** The name of the spans to take. Default all of kind client. */
  readonly span?: string | undefined;
}

/**
 * Traces as OTLP/JSON, one document or one a line, as the file exporter of OpenTelemetry's collector writes them: the
 * spans of kind client. The status is `http.response.status_code`, else `http.status_code`, else 0 for a span with an
 * error. The key is the span's name.
 *
 * @throws TypeError if `span` is not a text
 * @example
 * ```ts
 * import { otlp, readTraffic } from 'rxjs-fluxgate/simulate';
 *
 * const span = { name: 'GET', kind: 3, startTimeUnixNano: '1000000000', endTimeUnixNano: '1250000000', status: { code: 2 } };
 * const document = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
 * const { at, duration, status } = await readTraffic([document], otlp());
 * console.log(at[0], duration[0], status[0]); // => 1000 250 0
 * ```
 *
 * @see {@link readTraffic}
 */
export function otlp(options: OtlpOptions = {}): Format {
  checkOptions('otlp', options, ['span']);
  const { span } = options;
  if (span !== undefined && typeof span !== 'string') throw wrongType('otlp: span', 'the name of a span', span);
  return { name: 'otlp()', _open: () => new OtlpReader(span) };
}

class OtlpReader implements FormatReader {
  readonly expected = 'a span of OTLP/JSON with startTimeUnixNano and endTimeUnixNano';
  readonly unit = 'span';
  readonly atEnd = false;
  readonly ordered = false;
  private readonly _name: string | undefined;
  /** The lines of a document that is not one a line. */
  private readonly _lines: string[] = [];
  private _spans = 0;

  constructor(name: string | undefined) {
    this._name = name;
  }

  readonly none = (): string => {
    const wanted = this._name === undefined ? '' : ` with the name ${JSON.stringify(this._name)}`;
    return `none of its ${String(this._spans)} spans is of kind 3 (client)${wanted}`;
  };

  line(text: string, emit: Emit): void {
    const document = this._lines.length === 0 ? parseObject(text) : undefined;
    if (document) this._document(document, emit);
    else this._lines.push(text);
  }

  end(emit: Emit): void {
    if (this._lines.length === 0) return;
    const document = parseObject(this._lines.join('\n'));
    if (!document) throw new Error('expected OTLP/JSON, a document or one a line');
    this._document(document, emit);
  }

  private _document(document: object, emit: Emit): void {
    const resources: unknown = read(document, 'resourceSpans');
    if (!Array.isArray(resources)) throw new Error('expected OTLP/JSON with resourceSpans');
    for (const resource of membersOf(resources)) {
      for (const scope of membersOf(read(resource, 'scopeSpans'))) {
        for (const span of membersOf(read(scope, 'spans'))) {
          this._spans++;
          const parsed = this._toRow(span);
          emit(parsed, parsed === 'unreadable' ? JSON.stringify(span) : '');
        }
      }
    }
  }

  private _toRow(span: object): Parsed {
    const kind = read(span, 'kind');
    const name = read(span, 'name');
    if (kind !== 3 && kind !== 'SPAN_KIND_CLIENT') return 'nothing';
    if (this._name !== undefined && name !== this._name) return 'nothing';
    const start = toNanoseconds(read(span, 'startTimeUnixNano'));
    const end = toNanoseconds(read(span, 'endTimeUnixNano'));
    if (start === undefined || end === undefined || end < start) return 'unreadable';
    const status = statusOf(span);
    if (Number.isNaN(status)) return 'unreadable';
    return {
      time: toMilliseconds(start),
      duration: toMilliseconds(end - start),
      status,
      key: typeof name === 'string' ? name : undefined,
    };
  }
}

function membersOf(value: unknown): object[] {
  if (!Array.isArray(value)) return [];
  return (value as unknown[]).filter((member) => typeof member === 'object' && member !== null);
}

/** Nanoseconds since 1970 exceed what a number holds. */
function toNanoseconds(value: unknown): bigint | undefined {
  if (typeof value === 'string' && /^\d{1,20}$/u.test(value)) return BigInt(value);
  return typeof value === 'number' && value >= 0 && value < 1e20 ? BigInt(Math.round(value)) : undefined;
}

/** Cut to microseconds. */
function toMilliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds / 1_000n) / 1_000;
}

function statusOf(span: object): number {
  const attributes = membersOf(read(span, 'attributes'));
  for (const key of ['http.response.status_code', 'http.status_code']) {
    const found = attributes.find((attribute) => read(attribute, 'key') === key);
    if (!found) continue;
    return toStatus(
      read(found, 'value.intValue') ?? read(found, 'value.stringValue') ?? read(found, 'value.doubleValue'),
    );
  }
  const code = read(span, 'status.code');
  return code === 2 || code === 'STATUS_CODE_ERROR' ? 0 : 200;
}
