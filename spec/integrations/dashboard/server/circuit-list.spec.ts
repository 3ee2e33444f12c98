import { CircuitBreaker, CircuitBreakerRegistry } from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { CircuitList } from '../../../../lib/integrations/dashboard/server/circuit-list.ts';

function keysOf(roster: CircuitList): string[] {
  return [...roster].map(({ key }) => key);
}

/** What a roster tells of the signals. */
function told(roster: CircuitList): string[] {
  const log: string[] = [];
  roster
    .told(({ signal$ }) => signal$)
    .subscribe({
      next: ([{ key }, { newState }]) => log.push(`${key} ${newState}`),
      error: expect.unreachable,
    });
  return log;
}

describe('CircuitList', () => {
  const stock = (): CircuitBreaker => new CircuitBreaker({ name: 'stock' });

  it('should have one breaker', () => {
    const breaker = stock();
    const roster = new CircuitList(breaker);
    const log = told(roster);
    breaker.trip();
    expect(keysOf(roster)).toStrictEqual(['stock']);
    expect(log).toStrictEqual(['stock open']);
    expect(roster.get('stock')?.breaker).toBe(breaker);
  });

  it('should have those of any iterable, read once', () => {
    const breakers = (function* () {
      yield stock();
      yield new CircuitBreaker({ name: 'mail' });
    })();
    const roster = new CircuitList(breakers);
    roster.sync();
    expect(keysOf(roster)).toStrictEqual(['stock', 'mail']);
  });

  it('should tell breakers apart that share a name', () => {
    const breakers = [stock(), stock(), new CircuitBreaker({ name: 'stock (2)' }), stock()];
    const roster = new CircuitList(breakers);
    const log = told(roster);
    for (const breaker of breakers) breaker.trip();
    expect(keysOf(roster)).toStrictEqual(['stock', 'stock (2)', 'stock (2) (2)', 'stock (3)']);
    expect(log).toStrictEqual(['stock open', 'stock (2) open', 'stock (2) (2) open', 'stock (3) open']);
  });

  it('should have the same breaker once, however often it is given', () => {
    const breaker = stock();
    expect(keysOf(new CircuitList([breaker, breaker]))).toStrictEqual(['stock']);
  });

  it('should follow a registry, and tell of what is signalled before it has looked again', () => {
    const registry = new CircuitBreakerRegistry();
    const roster = new CircuitList(registry);
    const log = told(roster);
    registry.get('mail').trip();
    expect(log).toStrictEqual(['mail open']);
    expect(keysOf(roster)).toStrictEqual(['mail']);
    registry.get('stock');
    roster.sync();
    expect(keysOf(roster)).toStrictEqual(['mail', 'stock']);
  });

  it('should say once what has gone, whoever noticed', () => {
    const registry = new CircuitBreakerRegistry();
    registry.get('mail');
    registry.get('stock');
    const roster = new CircuitList(registry);
    registry.delete('mail');
    roster.sync();
    roster.sync();
    expect(roster.get('mail')).toBeUndefined();
    expect(roster.takeGone()).toStrictEqual(['mail']);
    expect(roster.takeGone()).toStrictEqual([]);
  });

  it('should know a breaker that came in place of one of the same name', () => {
    const registry = new CircuitBreakerRegistry();
    registry.get('mail');
    const roster = new CircuitList(registry);
    registry.delete('mail');
    const other = registry.get('mail');
    roster.sync();
    expect(roster.get('mail')?.breaker).toBe(other);
    expect(roster.takeGone()).toStrictEqual(['mail']);
  });

  it('should tell of the breaker and not of one that had its name before', () => {
    const registry = new CircuitBreakerRegistry();
    registry.get('mail');
    const roster = new CircuitList(registry);
    const circuits: unknown[] = [];
    roster
      .told(({ signal$ }) => signal$)
      .subscribe({
        next: ([circuit]) => circuits.push(circuit),
        error: expect.unreachable,
      });
    registry.delete('mail');
    registry.get('mail').trip();
    expect(circuits).toStrictEqual([roster.get('mail')]);
    expect(roster.get('mail')?.breaker).toBe(registry.get('mail'));
    expect(keysOf(roster)).toStrictEqual(['mail']);
  });

  it('should tell breakers of a registry apart that its options give one name', () => {
    const registry = new CircuitBreakerRegistry(() => ({ name: 'stock' }));
    const log = told(new CircuitList(registry));
    registry.get('a').trip();
    registry.get('b').trip();
    registry.get('a').reset();
    expect(log).toStrictEqual(['stock open', 'stock (2) open', 'stock closed']);
  });

  it('should not look through a registry for each breaker that comes', () => {
    const registry = new CircuitBreakerRegistry();
    const roster = new CircuitList(registry);
    told(roster);
    const looks = vi.spyOn(registry, Symbol.iterator);
    for (let i = 0; i < 100; i++) registry.get(String(i)).trip();
    expect(looks).not.toHaveBeenCalled();
    expect(keysOf(roster).length).toBe(100);
  });

  it('should leave nothing at a registry when nobody listens any more', () => {
    const registry = new CircuitBreakerRegistry();
    const log: string[] = [];
    const listening = new CircuitList(registry)
      .told(({ call$ }) => call$)
      .subscribe({
        next: ([{ key }]) => log.push(key),
        error: expect.unreachable,
      });
    registry.get('a').admit().complete();
    listening.unsubscribe();
    registry.get('a').admit().complete();
    registry.get('b').admit().complete();
    expect(log).toStrictEqual(['a']);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['stock', '"stock"'],
    [{}, 'an object'],
    [5, '5'],
  ])('should refuse %o', (breakers, got) => {
    const takes = 'a CircuitBreaker, a CircuitBreakerRegistry or an iterable of breakers';
    expect(() => new CircuitList(breakers as never)).toThrow(
      new TypeError(`dashboard: breakers must be ${takes}, got ${got}`),
    );
  });

  it('should refuse a list of anything else', () => {
    expect(() => new CircuitList([stock(), 'stock'] as never)).toThrow(
      new TypeError('dashboard: each of the breakers must be a CircuitBreaker, got "stock"'),
    );
  });
});
