import { accessLog, isAccessLine } from './access-log.ts';
import { callLines, isCallEvent } from './call-lines.ts';
import { csv } from './csv.ts';
import type { Format } from './format.ts';
import { guessFields, resolveFields, type Fields } from './fields.ts';
import { har } from './har.ts';
import { jsonLines, parseObject, read } from './json-lines.ts';
import { otlp } from './otlp.ts';

/** How much of the beginning of an input is looked at, in characters. */
export const HEAD = 65_536;

/** The format of an input, by its beginning; with fields it must be one that takes them. */
export function detectFormat(head: string, fields?: Fields): Format {
  const format = recognise(head.trimStart(), fields);
  if (!fields || TAKES_FIELDS.includes(format.name)) return format;
  throw new Error(
    `the format is recognised as ${format.name}, which takes no fields; ${TAKES_FIELDS.join(' and ')} do`,
  );
}

const TAKES_FIELDS: readonly string[] = ['jsonLines()', 'csv()'];

function recognise(text: string, fields: Fields | undefined): Format {
  const lines = text.split('\n', 10).map((line) => line.trim());
  const first = lines.find((line) => line !== '') ?? '';
  if (first.startsWith('{')) {
    const top = readTop(text.slice(0, HEAD));
    if (top.has('resourceSpans')) return otlp();
    // A line of a log may have a `log` too.
    if (top.get('log') === '{' && !guessFields((name) => top.has(name))) return har();
    const object = parseObject(first);
    if (object && isCallEvent(object)) return callLines();
    if (object && (fields ?? guessFields((name) => read(object, name) !== undefined))) return jsonLines(fields);
  }
  if (lines.some(isAccessLine)) return accessLog();
  const names = new Set(first.split(',').map((name) => name.trim().replace(/^"(.*)"$/u, '$1')));
  if (fields ? hasColumn(names, fields) : names.size > 1 && guessFields((name) => names.has(name))) return csv(fields);
  throw new Error(
    `the format is not recognised, got ${JSON.stringify(first.slice(0, 80))}; ` +
      'name it: callLines(), accessLog(), jsonLines(fields), csv(fields), har() or otlp()',
  );
}

/** Whether a header is one that the fields are meant for; a column that is missing is found by the format. */
function hasColumn(names: ReadonlySet<string>, fields: Fields): boolean {
  return Object.values(resolveFields('fields', fields)).some((field) => field && names.has(field.path));
}

/** The names at the top of a JSON object that may be cut off, and the first character of the value of each. */
function readTop(text: string): ReadonlyMap<string, string> {
  const top = new Map<string, string>();
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === '"') {
      const end = findEnd(text, i + 1);
      if (end < 0) return top;
      const value = depth === 1 ? /^\s*:\s*(\S)/u.exec(text.slice(end + 1, end + 100)) : undefined;
      if (value) top.set(text.slice(i + 1, end), value[1]!);
      i = end;
    } else if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']') && --depth === 0) return top;
  }
  return top;
}

/** Where a JSON text ends; -1 if it is cut off. */
function findEnd(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return -1;
}
