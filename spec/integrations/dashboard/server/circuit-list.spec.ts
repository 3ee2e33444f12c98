import { CircuitBreaker, CircuitBreakerRegistry } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { CircuitList } from '../../../../lib/integrations/dashboard/server/circuit-list.ts';

function keysOf(list: CircuitList): string[] {
  return [...list].map(({ key }) => key);
}

/** Follows a list; logs which circuits come, signal and go. */
function follow(list: CircuitList) {
  const log: string[] = [];
  const following = list.follow(({ key, breaker }) => {
    log.push(`+${key}`);
    const signals = breaker.signal$.subscribe({
      next: ({ newState }) => log.push(`${key} ${newState}`),
      error: expect.unreachable,
    });
    signals.add(() => log.push(`-${key}`));
    return signals;
  });
  return { log, following };
}

describe('CircuitList', () => {
  const stock = (): CircuitBreaker => new CircuitBreaker({ name: 'stock' });

  it('should have one breaker', () => {
    const breaker = stock();
    const list = new CircuitList(breaker);
    const { log } = follow(list);
    breaker.trip();
    expect(keysOf(list)).toStrictEqual(['stock']);
    expect(log).toStrictEqual(['+stock', 'stock open']);
    expect(list.get('stock')?.breaker).toBe(breaker);
  });

  it('should have those of any iterable, read once', () => {
    const breakers = (function* () {
      yield stock();
      yield new CircuitBreaker({ name: 'mail' });
    })();
    const list = new CircuitList(breakers);
    follow(list);
    expect(keysOf(list)).toStrictEqual(['stock', 'mail']);
  });

  it('should distinguish breakers that share a name', () => {
    const breakers = [stock(), stock(), new CircuitBreaker({ name: 'stock (2)' }), stock()];
    const list = new CircuitList(breakers);
    const { log } = follow(list);
    for (const breaker of breakers) breaker.trip();
    expect(keysOf(list)).toStrictEqual(['stock', 'stock (2)', 'stock (2) (2)', 'stock (3)']);
    expect(log.slice(4)).toStrictEqual(['stock open', 'stock (2) open', 'stock (2) (2) open', 'stock (3) open']);
  });

  it('should find a key for each of many breakers of one name without a search', () => {
    let asked = 0;
    class CountingMap extends Map<string, unknown> {
      override has(key: string): boolean {
        asked++;
        return super.has(key);
      }
    }
    const list = new CircuitList(Array.from({ length: 2_000 }, stock));
    Object.assign(list, { _byKey: new CountingMap() });
    follow(list);
    expect(list.get('stock (2000)')).toBeDefined();
    expect(asked).toBeLessThan(4_000);
  });

  it('should have the same breaker once, however often it is given', () => {
    const breaker = stock();
    const list = new CircuitList([breaker, breaker]);
    follow(list);
    expect(keysOf(list)).toStrictEqual(['stock']);
  });

  it('should follow a registry as breakers come and go', () => {
    const registry = new CircuitBreakerRegistry();
    registry.get('mail');
    const list = new CircuitList(registry);
    const { log } = follow(list);
    registry.get('stock').trip();
    registry.delete('mail');
    expect(log).toStrictEqual(['+mail', '+stock', 'stock open', '-mail']);
    expect(keysOf(list)).toStrictEqual(['stock']);
    expect(list.takeGone()).toStrictEqual(['mail']);
    expect(list.takeGone()).toStrictEqual([]);
  });

  it('should know a breaker that came in place of one of the same name', () => {
    const registry = new CircuitBreakerRegistry();
    registry.get('mail');
    const list = new CircuitList(registry);
    follow(list);
    registry.delete('mail');
    expect(list.get('mail')).toBeUndefined();
    const other = registry.get('mail');
    expect(list.get('mail')?.breaker).toBe(other);
    expect(list.takeGone()).toStrictEqual(['mail']);
  });

  it('should distinguish breakers of a registry that its options give one name', () => {
    const registry = new CircuitBreakerRegistry(() => ({ name: 'stock' }));
    const { log } = follow(new CircuitList(registry));
    registry.get('a').trip();
    registry.get('b').trip();
    registry.get('a').reset();
    expect(log).toStrictEqual(['+stock', 'stock open', '+stock (2)', 'stock (2) open', 'stock closed']);
  });

  it('should leave nothing at a registry once it is unsubscribed', () => {
    const registry = new CircuitBreakerRegistry();
    const list = new CircuitList(registry);
    const { log, following } = follow(list);
    registry.get('a');
    following.unsubscribe();
    registry.get('a').trip();
    registry.get('b').trip();
    expect(log).toStrictEqual(['+a', '-a']);
    expect(keysOf(list)).toStrictEqual([]);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['stock', '"stock"'],
    [{}, 'an object'],
    [5, '5'],
  ])('should refuse %o', (breakers, got) => {
    const takes = 'a CircuitBreaker, a CircuitBreakerRegistry, a Shadow, a ShadowRegistry or an iterable of those';
    expect(() => new CircuitList(breakers as never)).toThrow(
      new TypeError(`dashboard: breakers must be ${takes}, got ${got}`),
    );
  });

  it('should refuse a list of anything else', () => {
    expect(() => new CircuitList([stock(), 'stock'] as never)).toThrow(
      new TypeError('dashboard: each of the breakers must be a CircuitBreaker or a Shadow, got "stock"'),
    );
  });
});
