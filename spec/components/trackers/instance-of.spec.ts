import { EMPTY, EmptyError, throwIfEmpty, TimeoutError } from 'rxjs';
import { AjaxError } from 'rxjs/ajax';
import { describe, expect, it } from 'vitest';
import { instanceOf, type ErrorClass } from '../../../lib/components/trackers/instance-of.ts';

abstract class Base extends Error {}
class Derived extends Base {}

describe('instanceOf', () => {
  it.each([
    { error: new TypeError('down'), matches: true },
    { error: new Derived('down'), matches: true },
    { error: new Error('down'), matches: false },
    { error: 'TypeError', matches: false },
    { error: null, matches: false },
    { error: undefined, matches: false },
    { error: { name: 'TypeError' }, matches: false },
  ])('should say $matches of $error', ({ error, matches }) => {
    expect(instanceOf(TypeError, Base).test(error)).toBe(matches);
  });

  it('should match the errors of RxJS', () => {
    const matches: boolean[] = [];
    const trackers = [instanceOf(EmptyError), instanceOf(TimeoutError)];
    EMPTY.pipe(throwIfEmpty()).subscribe({
      error: (error: unknown) => matches.push(...trackers.map((tracker) => tracker.test(error))),
    });
    expect(matches).toStrictEqual([true, false]);
  });

  it.each([
    [[TypeError], 'instanceOf(TypeError)'],
    [[TypeError, Derived], 'instanceOf(TypeError, Derived)'],
    [[AjaxError, TimeoutError], 'instanceOf(AjaxError, TimeoutError)'],
  ])('should read like its code: %#', (classes: ErrorClass[], code) => {
    expect(String(instanceOf(...classes))).toBe(code);
  });

  it('should leave the names of other classes as they are', () => {
    class ServerErrorImpl extends Error {}
    expect(String(instanceOf(ServerErrorImpl))).toBe('instanceOf(ServerErrorImpl)');
  });

  it('should refuse no class at all', () => {
    expect(() => instanceOf()).toThrow(new TypeError('instanceOf takes at least one error class, got none'));
  });

  it.each([undefined, null, 'TypeError', 5, {}])('should refuse what is no class: %j', (value) => {
    const make = (): unknown => instanceOf(TypeError, value as ErrorClass);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(/^instanceOf: each error class must be a class, got /);
  });

  it('should refuse a function that is no class', () => {
    const arrow = (() => true) as unknown as ErrorClass;
    expect(() => instanceOf(arrow)).toThrow(TypeError);
  });
});
