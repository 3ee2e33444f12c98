import { Registry } from 'prom-client';
import { CircuitBreaker, CircuitBreakerRegistry, failureStreak, type Breakers } from 'rxjs-fluxgate';
import { exposeMetrics } from 'rxjs-fluxgate/prometheus';
import { shadow } from 'rxjs-fluxgate/simulate';
import { describe, expect, it } from 'vitest';
import { fail, succeed } from '../../support/script.ts';
import { circuits, nonZero } from './scrape.ts';

describe('what can be exposed', () => {
  it('should be one breaker', async () => {
    const register = new Registry();
    exposeMetrics(new CircuitBreaker({ name: 'stock' }), { register });
    expect(await circuits(register)).toStrictEqual(['stock']);
  });

  it('should be breakers that can be iterated once', async () => {
    const register = new Registry();
    const made = (function* () {
      for (const name of ['a', 'b']) yield new CircuitBreaker({ name });
    })();
    exposeMetrics(made, { register });
    for (let i = 0; i < 2; i++) expect(await circuits(register)).toStrictEqual(['a', 'b']);
  });

  it('should be breakers, each counted once even if it is there twice', async () => {
    const register = new Registry();
    const breaker = new CircuitBreaker({ name: 'stock' });
    exposeMetrics([breaker, breaker], { register });
    succeed(breaker);
    expect(await nonZero(register, 'circuit_breaker_calls_total')).toStrictEqual({
      'circuit_breaker_calls_total{circuit_name="stock",outcome="success"}': 1,
    });
    expect(await nonZero(register, 'circuit_breaker_state')).toStrictEqual({
      'circuit_breaker_state{circuit_name="stock",state="closed"}': 1,
    });
  });

  it('should be a registry, with the breakers made before and after', async () => {
    const register = new Registry();
    const registry = new CircuitBreakerRegistry();
    registry.get('before');
    exposeMetrics(registry, { register });
    registry.get('after').trip();
    succeed(registry.get('before'));
    expect(await circuits(register)).toStrictEqual(['after', 'before']);
    expect(await nonZero(register, 'circuit_breaker_calls_total')).toStrictEqual({
      'circuit_breaker_calls_total{circuit_name="before",outcome="success"}': 1,
    });
    expect(await nonZero(register, 'circuit_breaker_state_transition_total')).toStrictEqual({
      'circuit_breaker_state_transition_total{circuit_name="after",old_state="closed",new_state="open"}': 1,
    });
  });

  it('should be a registry, and a scrape is no use of its breakers', async () => {
    const register = new Registry();
    const registry = new CircuitBreakerRegistry({}, { maxSize: 2 });
    exposeMetrics(registry, { register });
    for (const key of ['a', 'b']) registry.get(key);
    await register.metrics();
    registry.get('c');
    expect([registry.has('a'), registry.has('b')]).toStrictEqual([false, true]);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    [{}, 'an object'],
    ['stock', '"stock"'],
  ])('should not be %o', (exposable, got) => {
    const register = new Registry();
    expect(() => exposeMetrics(exposable as unknown as Breakers, { register })).toThrow(
      new TypeError(
        `exposeMetrics: breakers must be a CircuitBreaker, a CircuitBreakerRegistry, a Shadow, a ShadowRegistry or an iterable of those, got ${got}`,
      ),
    );
    expect(register.getMetricsAsArray()).toStrictEqual([]);
  });

  it.each([
    [[new CircuitBreaker(), null], 'null'],
    [[new CircuitBreakerRegistry()], 'an object'],
  ])('should not have anything else among the breakers: %o', (breakers, got) => {
    expect(() => exposeMetrics(breakers as unknown as Breakers, { register: new Registry() })).toThrow(
      new TypeError(`exposeMetrics: each of the breakers must be a CircuitBreaker or a Shadow, got ${got}`),
    );
  });
});

describe('a shadow', () => {
  function payments() {
    return new CircuitBreaker({ name: 'payments', tripper: failureStreak(50) });
  }

  it('should be exposed beside its breaker, with its state and what it would have rejected', async () => {
    const register = new Registry();
    const breaker = payments();
    exposeMetrics([breaker, shadow(breaker, { tripper: failureStreak(2) })], { register });
    for (let i = 0; i < 3; i++) fail(breaker);
    succeed(breaker);
    expect(await nonZero(register, 'circuit_breaker_state')).toStrictEqual({
      'circuit_breaker_state{circuit_name="payments",state="closed"}': 1,
      'circuit_breaker_state{circuit_name="payments (shadow)",state="open"}': 1,
    });
    expect(await nonZero(register, 'circuit_breaker_calls_total')).toStrictEqual({
      'circuit_breaker_calls_total{circuit_name="payments",outcome="failure"}': 3,
      'circuit_breaker_calls_total{circuit_name="payments",outcome="success"}': 1,
      'circuit_breaker_calls_total{circuit_name="payments (shadow)",outcome="failure"}': 2,
      'circuit_breaker_calls_total{circuit_name="payments (shadow)",outcome="rejected"}': 2,
    });
    expect(await nonZero(register, 'circuit_breaker_state_transition_total')).toStrictEqual({
      'circuit_breaker_state_transition_total{circuit_name="payments (shadow)",old_state="closed",new_state="open"}': 1,
    });
  });

  it('should be exposed alone, until it is disposed', async () => {
    const register = new Registry();
    const stricter = shadow(payments(), {});
    const exposition = exposeMetrics(stricter, { register });
    expect(await circuits(register)).toStrictEqual(['payments (shadow)']);
    stricter.dispose();
    expect(exposition.closed).toBe(true);
  });

  it('should be exposed of each circuit of a registry, also of later ones', async () => {
    const register = new Registry();
    const registry = new CircuitBreakerRegistry();
    const exposition = exposeMetrics(shadow(registry, { tripper: failureStreak(1) }), { register });
    fail(registry.get('stock'));
    expect(await nonZero(register, 'circuit_breaker_calls_total')).toStrictEqual({
      'circuit_breaker_calls_total{circuit_name="stock (shadow)",outcome="failure"}': 1,
    });
    registry.dispose();
    expect(exposition.closed).toBe(true);
  });

  it('should be exposed of a circuit of a registry only until that is removed', async () => {
    const register = new Registry();
    const registry = new CircuitBreakerRegistry({}, { maxSize: 1 });
    const exposition = exposeMetrics(shadow(registry, { tripper: failureStreak(1) }), { register });
    fail(registry.get('stock'));
    fail(registry.get('payments'));
    expect(await circuits(register)).toStrictEqual(['payments (shadow)']);
    expect(await nonZero(register, 'circuit_breaker_calls_total')).toStrictEqual({
      'circuit_breaker_calls_total{circuit_name="payments (shadow)",outcome="failure"}': 1,
    });
    registry.delete('payments');
    expect(await circuits(register)).toStrictEqual([]);
    expect(exposition.closed).toBe(false);
  });
});
