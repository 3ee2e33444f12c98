import { map, type Subscription } from 'rxjs';
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

  it('should emit signals and calls of all, and complete when all are disposed', () => {
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

  describe('each', () => {
    /** What a group begins and ends with each breaker. */
    function follow(group: BreakerGroup): { log: string[]; following: Subscription } {
      const log: string[] = [];
      const following = group.each(({ name }) => {
        log.push(`+${name}`);
        return () => void log.push(`-${name}`);
      });
      return { log, following };
    }

    it('should follow the breakers of a registry as they come and go, until it is disposed', () => {
      const registry = new CircuitBreakerRegistry({}, { maxSize: 2 });
      registry.get('a');
      const { log, following } = follow(groupOf('it', registry));
      for (const key of ['b', 'c']) registry.get(key);
      registry.delete('b');
      expect(log).toStrictEqual(['+a', '+b', '+c', '-a', '-b']);
      registry.dispose();
      expect(log.slice(5)).toStrictEqual(['-c']);
      expect(following.closed).toBe(true);
    });

    it('should follow each of some until it is disposed, and be closed when none is left', () => {
      const [a, b] = [named('a'), named('b')];
      const { log, following } = follow(groupOf('it', [a, b, a]));
      a.dispose();
      expect([log, following.closed]).toStrictEqual([['+a', '+b', '-a'], false]);
      b.dispose();
      expect([log.slice(3), following.closed]).toStrictEqual([['-b'], true]);
      expect(follow(groupOf('it', [])).following.closed).toBe(true);
    });

    it('should end with all when it is unsubscribed', () => {
      const registry = new CircuitBreakerRegistry();
      for (const key of ['a', 'b']) registry.get(key);
      const { log, following } = follow(groupOf('it', registry));
      following.unsubscribe();
      registry.get('c');
      registry.delete('a');
      expect(log).toStrictEqual(['+a', '+b', '-a', '-b']);
    });
  });

  it.each([
    ['it: breakers must be', undefined],
    ['it: breakers must be', 'stock'],
    ['it: each of the breakers must be a CircuitBreaker', [{}]],
  ])('should say %s, given %o', (message, given) => {
    expect(() => groupOf('it', given as never)).toThrow(message);
  });
});
