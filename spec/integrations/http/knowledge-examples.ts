import type { Knowledge, Verdict } from '../../../lib/integrations/http/knowledge.ts';
import type { Condition } from '../../../lib/integrations/http/shape.ts';

/** What is expected of an error: that it is a failure, an answer, or neither. */
export type Expected = Exclude<Verdict, 'status' | 'code'>;

export interface KnowledgeExample {
  readonly error: unknown;
  readonly expected: Expected;
}

/** Values that pass the tests of the table, by how it describes them, and what they lead to. */
const SAMPLES: Readonly<Record<string, readonly (readonly [value: unknown, expected?: Expected])[]>> = {
  'is present': [[{}]],
  'is absent': [[undefined]],
  'is no status': [[undefined], ['text'], [7]],
  'is a text': [['text']],
  'is a number': [
    [503, 'failure'],
    [0, 'failure'],
    [404, 'answer'],
    [200, 'answer'],
  ],
  'is a number from 100 to 599': [
    [503, 'failure'],
    [404, 'answer'],
  ],
  'names a status (`status 503`, `HTTP error! Status: 503`, `503 Service Unavailable`)': [
    ['status 503', 'failure'],
    ['HTTP error! Status: 503', 'failure'],
    ['503 Service Unavailable', 'failure'],
    ['status 404', 'answer'],
  ],
  'is a gRPC code, as a number or a name': [
    [14, 'failure'],
    ['UNAVAILABLE', 'failure'],
    [2, 'failure'],
    [1, 'nothing'],
    [5, 'answer'],
    ['NOT_FOUND', 'answer'],
  ],
};

/**
 * The smallest errors that a row of the table describes: one for each word and each text, with all else that the row
 * asks for.
 */
export function toExamples({ shape, verdict }: Knowledge): KnowledgeExample[] {
  let examples: { properties: Record<string, unknown>; expected?: Expected }[] = [{ properties: {} }];
  for (const [path, condition] of Object.entries(shape)) {
    examples = examples.flatMap(({ properties, expected }) =>
      toValues(condition).map(([value, leadsTo]) => {
        const found = leadsTo ?? expected;
        return { properties: { ...properties, [path]: value }, ...(found && { expected: found }) };
      }),
    );
  }
  return examples.map(({ properties, expected }) => ({
    error: build(properties),
    expected: expected ?? (verdict as Expected),
  }));
}

function toValues(condition: Condition): readonly (readonly [unknown, Expected?])[] {
  if (typeof condition === 'string') return condition.split(' ').map((word) => [word.replace('*', 'X')]);
  if (typeof condition !== 'object') return [[condition]];
  if ('text' in condition) return SAMPLES[condition.text]!;
  return condition.map((text) => [text.replace('*', 'anything')]);
}

function build(properties: Record<string, unknown>): unknown {
  const isFetchError = properties['constructor.name'] === 'TypeError';
  const error = (isFetchError ? new TypeError('ein Fehler') : new Error('a text')) as Error & Record<string, unknown>;
  for (const [path, value] of Object.entries(properties)) {
    if (path === 'constructor.name') continue;
    const keys = path === 'class' ? ['name'] : path.split('.');
    const last = keys.pop()!;
    const owner = keys.reduce<Record<string, unknown>>(
      (object, key) => (object[key] ??= {}) as Record<string, unknown>,
      error,
    );
    if (value === undefined) Reflect.deleteProperty(owner, last);
    else owner[last] = value;
  }
  return error;
}
