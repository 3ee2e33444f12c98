import { read, readClassNames, readPath } from './read.ts';

/**
 * What a property must be: one of the words of a text, one of the texts of a list (each with at most one `*` for
 * anything), exactly a number or boolean, what a test accepts, or anything that a number can be read from.
 */
export type Condition = string | readonly string[] | number | boolean | Test | Reading;

/** A test of a property, and how the page describes what passes it. */
export interface Test {
  readonly text: string;
  readonly test: (value: unknown) => boolean;
}

/** Reads the number that decides from a property: an HTTP status or a gRPC code. */
export interface Reading {
  readonly text: string;
  readonly read: (value: unknown) => number | undefined;
}

/**
 * The properties by which an error is known; all must match. A key may be a path. `class` is the name of the error or
 * of one of its classes.
 */
export type Shape = Readonly<Record<string, Condition>>;

/** Tests whether an error has the shape. */
export function hasShape(error: unknown, shape: Shape): boolean {
  return Object.entries(shape).every(([path, condition]) => {
    if (path === 'class') return readClassNames(error).some((name) => isMet(condition, name));
    return isMet(condition, path.includes('.') ? readPath(error, path) : read(error, path));
  });
}

/** Returns the number by which an error of that shape is judged. */
export function readNumber(error: unknown, shape: Shape): number | undefined {
  for (const [path, condition] of Object.entries(shape)) {
    if (typeof condition === 'object' && 'read' in condition) return condition.read(readPath(error, path));
  }
  return undefined;
}

function isMet(condition: Condition, value: unknown): boolean {
  if (typeof condition === 'string') return typeof value === 'string' && matchesAny(wordsOf(condition), value);
  if (typeof condition !== 'object') return value === condition;
  if ('test' in condition) return condition.test(value);
  if ('read' in condition) return condition.read(value) !== undefined;
  return typeof value === 'string' && matchesAny(condition, value);
}

const words = new Map<string, readonly string[]>();

function wordsOf(text: string): readonly string[] {
  let list = words.get(text);
  if (!list) words.set(text, (list = text.split(' ')));
  return list;
}

function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => {
    const star = pattern.indexOf('*');
    if (star < 0) return text === pattern;
    // Not a regular expression, which a long text could keep busy.
    return (
      text.length >= pattern.length - 1 &&
      text.startsWith(pattern.slice(0, star)) &&
      text.endsWith(pattern.slice(star + 1))
    );
  });
}
