import { accessLog, isAccessLine } from './access-log.ts';
import { callLines, isCallEvent } from './call-lines.ts';
import { csv } from './csv.ts';
import type { Format } from './format.ts';
import { guessFields } from './fields.ts';
import { har } from './har.ts';
import { jsonLines, parseObject, read } from './json-lines.ts';
import { otlp } from './otlp.ts';

/** How much of the beginning of an input is looked at, in characters. */
export const HEAD = 65_536;

/** The format of an input, by its beginning. */
export function detectFormat(head: string): Format {
  const text = head.trimStart();
  if (/^\{\s*"resourceSpans"\s*:/u.test(text)) return otlp();
  if (/^\{\s*"log"\s*:\s*\{/u.test(text)) return har();
  const lines = text.split('\n', 10).map((line) => line.trim());
  const first = lines.find((line) => line !== '') ?? '';
  if (first.startsWith('{')) {
    const object = parseObject(first);
    if (object && isCallEvent(object)) return callLines();
    if (object && guessFields((name) => read(object, name) !== undefined)) return jsonLines();
  }
  if (lines.some(isAccessLine)) return accessLog();
  if (first.includes(',')) {
    const names = new Set(first.split(',').map((name) => name.trim().replace(/^"(.*)"$/u, '$1')));
    if (guessFields((name) => names.has(name))) return csv();
  }
  throw new Error(
    `the format is not recognised, got ${JSON.stringify(first.slice(0, 80))}; ` +
      'name it: callLines(), accessLog(), jsonLines(fields), csv(fields), har() or otlp()',
  );
}
