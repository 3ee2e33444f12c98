import { configure } from 'rxjs-marbles';
import { expect } from 'vitest';

/** Virtual time in every test: `it('…', marbles((m) => { … }))`. */
export const { marbles } = configure({
  run: true,
  frameworkMatcher: true,
  assertDeepEqual: (actual, expected) => expect(actual).toStrictEqual(expected),
});
