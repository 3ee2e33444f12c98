import { describe, expect, it } from 'vitest';
import { checkCalled, factory, printAs } from '../../lib/util/factory.ts';

const make = factory(
  'make',
  (..._args: unknown[]) =>
    () =>
      1,
);

describe('factory', () => {
  function named(): void {
    // Of interest by its name alone.
  }

  it.each<[unknown[], string]>([
    [[], 'make()'],
    [[60_000, 0.5, -1], 'make(60000, 0.5, -1)'],
    [['a "b"'], 'make("a \\"b\\"")'],
    [[true, null, undefined], 'make(true, null, undefined)'],
    [[[1, ['a']]], 'make([1, ["a"]])'],
    [[{ initial: 10, deep: { name: 'x' } }], 'make({ initial: 10, deep: { name: "x" } })'],
    [[{}], 'make({})'],
    [[named], 'make(named)'],
    [[/x/u], 'make(/x/u)'],
    [[make(1)], 'make(make(1))'],
  ])('should make components that print like the code that made them: %o', (args, text) => {
    expect(String(make(...args))).toBe(text);
  });

  it('should pass on arguments, result and name', () => {
    const pair = factory('pair', (one: number, two: number) => ({ sum: one + two }));
    expect(pair(1, 2)).toStrictEqual({ sum: 3 });
    expect(pair.name).toBe('pair');
  });

  it('should keep the text not enumerable', () => {
    expect(Object.keys(make())).toStrictEqual([]);
  });

  it('should keep a text that the component has already', () => {
    const text = factory('text', () => printAs('mine', {}));
    expect((text() as { toString(): string }).toString()).toBe('mine');
  });

  it('should let what the function throws through', () => {
    const broken = factory('broken', (): object => {
      throw new RangeError('out');
    });
    expect(() => broken()).toThrow(new RangeError('out'));
  });
});

describe('printAs', () => {
  it('should give a component its text, once', () => {
    const component = {};
    expect(printAs('first', component)).toBe(component);
    printAs('second', component);
    expect((component as { toString(): string }).toString()).toBe('first');
  });
});

describe('checkCalled', () => {
  it('should refuse a factory that was passed without being called', () => {
    const check = (): void => checkCalled('retry', make);
    expect(check).toThrow(TypeError);
    expect(check).toThrow('retry must be a component, got the factory make itself; call it: make(…)');
  });

  it.each([[make()], [() => 1], [undefined], [null], [5], ['make'], [{}]])('should take anything else: %o', (value) => {
    expect(() => checkCalled('retry', value)).not.toThrow();
  });
});
