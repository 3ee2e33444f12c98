import type { Format, Parsed } from './format.ts';
import { parseObject, read } from './json-lines.ts';
import { toDuration, toField, toStatus } from './fields.ts';
import { parseIso } from './time.ts';

const MS = toField('', 1);

/**
 * HAR 1.2, as browsers save it: `startedDateTime`, `time` and `response.status`, of which 0 is no answer. The key is the
 * host. The document is held in memory while it is parsed.
 *
 * @example
 * ```ts
 * import { har, readTraffic } from 'rxjs-fluxgate/simulate';
 *
 * const entry = { startedDateTime: '2026-11-28T10:00:00.000Z', time: 80, request: { url: 'https://a.example/x' }, response: { status: 200 } };
 * const { duration, key } = await readTraffic([JSON.stringify({ log: { entries: [entry] } })], har());
 * console.log(duration[0], key?.(0)); // => 80 a.example
 * ```
 *
 * @see {@link readTraffic}
 */
export function har(): Format {
  return {
    name: 'har()',
    _open: () => {
      const lines: string[] = [];
      let isEmpty = false;
      return {
        expected: 'an entry with startedDateTime, time and response.status',
        unit: 'entry',
        atEnd: false,
        ordered: false,
        none: () => (isEmpty ? 'log.entries is empty' : undefined),
        line: (text) => void lines.push(text),
        end(emit) {
          const document = parseObject(lines.join('\n'));
          const entries: unknown = document && read(document, 'log.entries');
          if (!Array.isArray(entries)) throw new Error('expected a HAR document, JSON with log.entries');
          isEmpty = entries.length === 0;
          for (const entry of entries as unknown[]) {
            const parsed = toRow(entry);
            emit(parsed, parsed === 'unreadable' ? JSON.stringify(entry) : '');
          }
        },
      };
    },
  };
}

function toRow(entry: unknown): Parsed {
  if (typeof entry !== 'object' || entry === null) return 'unreadable';
  const started = read(entry, 'startedDateTime');
  const time = typeof started === 'string' ? parseIso(started) : NaN;
  const duration = toDuration(read(entry, 'time'), MS);
  const status = toStatus(read(entry, 'response.status'));
  if (Number.isNaN(time) || Number.isNaN(duration) || Number.isNaN(status)) return 'unreadable';
  return { time, duration, status, key: hostOf(read(entry, 'request.url')) };
}

function hostOf(url: unknown): string | undefined {
  return typeof url === 'string' ? /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#]*)/iu.exec(url)?.[1] : undefined;
}
