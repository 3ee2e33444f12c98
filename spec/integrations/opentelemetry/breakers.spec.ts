import { CircuitBreaker, CircuitBreakerRegistry, cooldown, failureStreak } from 'rxjs-fluxgate';
import { instrument } from 'rxjs-fluxgate/opentelemetry';
import { shadow } from 'rxjs-fluxgate/simulate';
import { describe, expect, it } from 'vitest';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { fail, succeed } from '../../support/script.ts';
import { newCollector, only } from './collector.ts';

function named(...names: string[]): CircuitBreaker[] {
  return names.map((name) => new CircuitBreaker({ name }));
}

/** The names of the breakers that are reported. */
async function received(numbers: () => Promise<Record<string, number>>): Promise<string[]> {
  return Object.keys(only('circuit_breaker.state', await numbers())).map((key) => key.split(' ')[0]!);
}

describe('what is instrumented', () => {
  it('should be one breaker', async () => {
    const { meterProvider, numbers } = newCollector();
    const [a, b] = named('a', 'b') as [CircuitBreaker, CircuitBreaker];
    instrument(a, { meterProvider });
    [a, b].forEach(succeed);
    expect(await received(numbers)).toStrictEqual(['a']);
    expect(only('circuit_breaker.calls', await numbers())).toStrictEqual({ 'a success': 1 });
  });

  it('should be a shadow beside its breaker, with its state and what it would have rejected', async () => {
    const { meterProvider, numbers } = newCollector();
    const payments = new CircuitBreaker({ name: 'payments', tripper: failureStreak(50) });
    instrument([payments, shadow(payments, { tripper: failureStreak(2) })], { meterProvider });
    for (let i = 0; i < 3; i++) fail(payments);
    expect(only('circuit_breaker.state', await numbers())).toStrictEqual({
      'payments closed': 1,
      'payments (shadow) open': 1,
    });
    expect(only('circuit_breaker.calls', await numbers())).toStrictEqual({
      'payments failure': 3,
      'payments (shadow) failure': 2,
      'payments (shadow) rejected': 1,
    });
  });

  it('should be the shadows of a registry, without those whose circuits it has forgotten', async () => {
    const { meterProvider, numbers } = newCollector();
    const registry = new CircuitBreakerRegistry({}, { maxSize: 1 });
    const subscription = instrument(shadow(registry, { tripper: failureStreak(1) }), { meterProvider });
    fail(registry.get('stock'));
    fail(registry.get('payments'));
    expect(only('circuit_breaker.state', await numbers())).toStrictEqual({ 'payments (shadow) open': 1 });
    registry.delete('payments');
    expect(await received(numbers)).toStrictEqual([]);
    expect(subscription.closed).toBe(false);
  });

  it('should be the breakers of an iterable, each once, as they were at the call', async () => {
    const { meterProvider, numbers } = newCollector();
    const [a, b, late] = named('a', 'b', 'late') as [CircuitBreaker, CircuitBreaker, CircuitBreaker];
    const breakers = [a, b, a];
    instrument(breakers.values(), { meterProvider });
    breakers.push(late);
    new Set(breakers).forEach(succeed);
    expect(await received(numbers)).toStrictEqual(['a', 'b']);
    expect(only('circuit_breaker.calls', await numbers())).toStrictEqual({ 'a success': 1, 'b success': 1 });
  });

  it('should be what is left of an iterable when one of it is disposed', async () => {
    const { meterProvider, numbers } = newCollector();
    const [a, b] = named('a', 'b') as [CircuitBreaker, CircuitBreaker];
    const subscription = instrument([a, b], { meterProvider });
    a.dispose();
    expect(await received(numbers)).toStrictEqual(['b']);
    succeed(b);
    expect(only('circuit_breaker.calls', await numbers())).toStrictEqual({ 'b success': 1 });
    expect(subscription.closed).toBe(false);
    b.dispose();
    expect(subscription.closed).toBe(true);
  });

  it('should be the breakers of a registry, also those made later, without those that it has forgotten', async () => {
    const { meterProvider, numbers } = newCollector();
    const registry = new CircuitBreakerRegistry({}, { maxSize: 2 });
    const a = registry.get('a');
    const subscription = instrument(registry, { meterProvider });
    const b = registry.get('b');
    [a, b].forEach(succeed);
    expect(await received(numbers)).toStrictEqual(['a', 'b']);
    const c = registry.get('c'); // which makes it forget a
    [a, b, c].forEach(fail);
    registry.delete('b');
    expect(await received(numbers)).toStrictEqual(['c']);
    expect(only('circuit_breaker.calls', await numbers())).toStrictEqual({
      'a success': 1,
      'b success': 1,
      'b failure': 1,
      'c failure': 1,
    });
    registry.dispose();
    expect(subscription.closed).toBe(true);
    expect(await received(numbers)).toStrictEqual([]);
  });

  it('should be watched, so that it goes half-open on time, and no more once unsubscribed', () => {
    const time = new ManualScheduler();
    const breaker = new CircuitBreaker({ retry: cooldown(1_000), scheduler: time });
    const subscription = instrument(breaker);
    breaker.trip();
    expect(time.timers).toBe(1);
    time.pass(1_000);
    expect(breaker.state).toBe('half_open');
    breaker.reset();
    breaker.trip();
    subscription.unsubscribe();
    expect(time.timers).toBe(0);
  });

  it('may be nothing, or over already', () => {
    const [gone] = named('gone') as [CircuitBreaker];
    gone.dispose();
    expect(instrument([]).closed).toBe(true);
    expect(instrument(gone).closed).toBe(true);
  });

  it.each([
    ['undefined', undefined, 'got undefined'],
    ['options of a breaker', { name: 'stock' }, 'got an object'],
    ['a text', 'stock', 'got "stock"'],
    ['null', null, 'got null'],
  ])('should not be %s', (_, given, got) => {
    expect(() => instrument(given as never)).toThrow(
      new TypeError(
        `instrument: breakers must be a CircuitBreaker, a CircuitBreakerRegistry, a Shadow, a ShadowRegistry or an iterable of those, ${got}`,
      ),
    );
  });

  it('should not have anything else among the breakers', () => {
    expect(() => instrument([new CircuitBreaker(), { name: 'stock' } as never])).toThrow(
      new TypeError('instrument: each of the breakers must be a CircuitBreaker or a Shadow, got an object'),
    );
  });
});
