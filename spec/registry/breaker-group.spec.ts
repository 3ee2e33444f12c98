import { map } from 'rxjs';
import { CircuitBreaker, CircuitBreakerRegistry } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { groupOf, type BreakerGroup } from '../../lib/registry/breaker-group.ts';
import { collect } from '../support/collect.ts';
import { succeed } from '../support/script.ts';

function named(name: string): CircuitBreaker {
  return new CircuitBreaker({ name });
}

function names({ breakers }: BreakerGroup): string[] {
  return [...breakers()].map(({ name }) => name);
}

describe('groupOf', () => {
  it('should have one breaker, each of some once, or those of a registry at any time', () => {
    const [a, b] = [named('a'), named('b')];
    expect(names(groupOf('it', a))).toStrictEqual(['a']);
    expect(names(groupOf('it', [a, b, a].values()))).toStrictEqual(['a', 'b']);
    const registry = new CircuitBreakerRegistry();
    const group = groupOf('it', registry);
    registry.get('late');
    expect(names(group)).toStrictEqual(['late']);
  });

  it('should tell signals and calls of all, and complete when all are disposed', () => {
    const [a, b] = [named('a'), named('b')];
    const group = groupOf('it', [a, b]);
    const signals = collect(group.signal$.pipe(map(({ name }) => name)));
    const calls = collect(group.call$.pipe(map(({ name }) => name)));
    succeed(b);
    a.trip();
    a.dispose();
    expect(names(group)).toStrictEqual(['b']);
    expect(signals).toStrictEqual(['a']);
    b.dispose();
    expect([signals, calls]).toStrictEqual([
      ['a', '|'],
      ['b', '|'],
    ]);
  });

  it.each([
    ['it: breakers must be', undefined],
    ['it: breakers must be', 'stock'],
    ['it: each of the breakers must be a CircuitBreaker', [{}]],
  ])('should say %s, given %o', (message, given) => {
    expect(() => groupOf('it', given as never)).toThrow(message);
  });
});
