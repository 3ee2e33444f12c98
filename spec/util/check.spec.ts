import { describe, expect, it } from 'vitest';
import {
  checkAtLeast,
  checkCount,
  checkDuration,
  checkFraction,
  checkFunction,
  checkOptions,
  checkRatio,
} from '../../lib/util/check.ts';

const NOT_NUMBERS = [undefined, null, '1', true, 1n, {}, [], () => 1];

describe.each([
  {
    check: checkCount,
    takes: 'an integer of at least 1',
    good: [1, 2, 1e9],
    bad: [0, -1, 1.5, NaN, Infinity, 2 ** 53],
  },
  {
    check: checkDuration,
    takes: 'a finite number of ms above 0',
    good: [Number.MIN_VALUE, 0.5, 1, 1e300],
    bad: [0, -0, -1, NaN, Infinity, -Infinity],
  },
  {
    check: checkRatio,
    takes: 'a ratio above 0 and at most 1',
    good: [Number.MIN_VALUE, 0.5, 1],
    bad: [0, -0.1, 1.0000000000000002, NaN, Infinity],
  },
  { check: checkFraction, takes: 'a ratio from 0 to 1', good: [0, 0.5, 1], bad: [-0.1, 1.1, NaN, Infinity] },
  {
    check: (what: string, value: unknown) => checkAtLeast(what, 5, value),
    takes: 'a finite number of at least 5',
    good: [5, 5.5],
    bad: [4.9, NaN, Infinity],
  },
])('$takes', ({ check, takes, good, bad }) => {
  it.each(good)('should take %d', (value) => {
    expect(() => check('it', value)).not.toThrow();
  });

  it.each(bad)('should refuse %d with a RangeError that names what it got and takes', (value) => {
    expect(() => check('it', value)).toThrow(new RangeError(`it must be ${takes}, got ${String(value)}`));
  });

  it.each(NOT_NUMBERS)('should refuse %o with a TypeError', (value) => {
    expect(() => check('it', value)).toThrow(TypeError);
    expect(() => check('it', value)).toThrow(`it must be ${takes}, got `);
  });
});

describe('checkFunction', () => {
  it.each([() => 1, Map])('should take a function', (value) => {
    expect(() => checkFunction('it', value)).not.toThrow();
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    [NaN, 'NaN'],
    ['text', '"text"'],
    [{}, 'an object'],
    [[], 'an array'],
    [Symbol('s'), 'Symbol(s)'],
    [Object.create(null), 'an object'],
  ])('should refuse %o and say so', (value, got) => {
    expect(() => checkFunction('it', value)).toThrow(new TypeError(`it must be a function, got ${got}`));
  });
});

describe('checkOptions', () => {
  it.each([{}, { one: 1 }, { one: undefined, two: null }])('should take %j', (options) => {
    expect(() => checkOptions('it', options, ['one', 'two'])).not.toThrow();
  });

  it('should refuse a name that it does not know, and say which it takes', () => {
    expect(() => checkOptions('it', { one: 1, tow: 2 }, ['one', 'two'])).toThrow(
      new TypeError('it got an unknown option "tow"; it takes one, two'),
    );
  });

  it('should refuse an unknown name whatever its value', () => {
    expect(() => checkOptions('it', { tow: undefined }, ['two'])).toThrow(TypeError);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    ['text', '"text"'],
    [() => 1, 'a function'],
  ])('should refuse what is no object: %o', (options, got) => {
    expect(() => checkOptions('it', options, [])).toThrow(new TypeError(`it: options must be an object, got ${got}`));
  });
});
