import * as fluxgate from 'rxjs-fluxgate';
import {
  admitAll,
  admitRandom,
  always,
  anyError,
  avgLatency,
  backoff,
  byTripper,
  CircuitBreaker,
  closed,
  cooldown,
  countWindow,
  errorWhere,
  failureCount,
  failureRate,
  failureStreak,
  halfOpened,
  instanceOf,
  minRequests,
  never,
  probes,
  rampUp,
  retryIf,
  slowRate,
  successStreak,
  timeWindow,
  type CircuitBreakerOptions,
} from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';

describe('every component prints like the code that made it', () => {
  it.each<[unknown, string]>([
    [anyError(), 'anyError()'],
    [instanceOf(TypeError, RangeError), 'instanceOf(TypeError, RangeError)'],
    [instanceOf(TypeError).not(), 'instanceOf(TypeError).not()'],
    [closed(), 'closed()'],
    [halfOpened(), 'halfOpened()'],
    [minRequests(20), 'minRequests(20)'],
    [failureRate(0.5), 'failureRate(0.5)'],
    [failureStreak(5), 'failureStreak(5)'],
    [failureCount(5), 'failureCount(5)'],
    [successStreak(5), 'successStreak(5)'],
    [avgLatency(1_000), 'avgLatency(1000)'],
    [slowRate(0.3, 1_000), 'slowRate(0.3, 1000)'],
    [minRequests(20).and(failureRate(0.5)), 'minRequests(20).and(failureRate(0.5))'],
    [failureStreak(5).or(slowRate(0.3, 10)).not(), 'failureStreak(5).or(slowRate(0.3, 10)).not()'],
    [always(), 'always()'],
    [never(), 'never()'],
    [cooldown(60_000), 'cooldown(60000)'],
    [countWindow(100), 'countWindow(100)'],
    [timeWindow(60_000), 'timeWindow(60000)'],
    [admitAll(), 'admitAll()'],
    [admitRandom(0.5), 'admitRandom(0.5)'],
    [byTripper(), 'byTripper()'],
    [probes(3), 'probes(3)'],
  ])('%o: %s', (component, code) => {
    expect(String(component)).toBe(code);
  });

  it.each<[unknown]>([
    [cooldown(60_000, { jitter: 0.1 })],
    [backoff({ initial: 5_000 })],
    [backoff({ initial: 5_000, multiplier: 3, max: 60_000, jitter: 0.2 })],
    [timeWindow(60_000, { buckets: 6 })],
    [rampUp({ initial: 0.1, final: 1, duration: 60_000 })],
    [probes(3, { maxFailureRate: 0.34 })],
    [probes(3, { maxFailureRate: 0.34, slowAfter: 500, maxSlowRate: 0.5 })],
    [countWindow(7)],
    [admitRandom(0.25)],
  ])('options too, so that the code makes the same: %s', (component) => {
    const code = String(component);
    const names = Object.keys(fluxgate);
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the code is what is tested
    const make = new Function(...names, `return ${code}`) as (...parts: unknown[]) => unknown;
    expect(String(make(...Object.values(fluxgate)))).toBe(code);
    expect(code).toMatch(/^\w+\(.*\d/);
  });

  it.each<[unknown, RegExp]>([
    [errorWhere((error) => error === 1), /^errorWhere\(/],
    [retryIf(() => true), /^retryIf\(/],
    [retryIf(() => true, { every: 500 }), /^retryIf\(.*every: 500/s],
  ])('one that was given a function begins with its name: %s', (component, code) => {
    expect(String(component)).toMatch(code);
  });

  it.each([
    ['countWindow(5)', countWindow(5)],
    ['timeWindow(1000)', timeWindow(1_000)],
    ['timeWindow(1000, { buckets: 4 })', timeWindow(1_000, { buckets: 4 })],
  ])('a window that a factory has made: %s', (code, factory) => {
    const window: { toString: () => string } = factory();
    expect(String(window)).toBe(code);
  });
});

describe('a factory that was not called', () => {
  it.each<[keyof CircuitBreakerOptions, string, unknown]>([
    ['retry', 'cooldown', cooldown],
    ['retry', 'backoff', backoff],
    ['retry', 'always', always],
    ['retry', 'never', never],
    ['retry', 'retryIf', retryIf],
    ['tripper', 'failureRate', failureRate],
    ['tripper', 'failureStreak', failureStreak],
    ['tripper', 'failureCount', failureCount],
    ['tripper', 'minRequests', minRequests],
    ['tripper', 'slowRate', slowRate],
    ['tripper', 'avgLatency', avgLatency],
    ['tripper', 'successStreak', successStreak],
    ['tripper', 'closed', closed],
    ['tripper', 'halfOpened', halfOpened],
    ['tracker', 'anyError', anyError],
    ['tracker', 'instanceOf', instanceOf],
    ['tracker', 'errorWhere', errorWhere],
    ['permit', 'admitAll', admitAll],
    ['permit', 'admitRandom', admitRandom],
    ['permit', 'rampUp', rampUp],
    ['recovery', 'byTripper', byTripper],
    ['recovery', 'probes', probes],
    ['window', 'countWindow', countWindow],
    ['window', 'timeWindow', timeWindow],
  ])('is refused, with an error that names it: `%s: %s`', (option, name, factory) => {
    const make = (): unknown => new CircuitBreaker({ [option]: factory });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(new RegExp(`${option}[^]*${name}`));
  });

  it('is refused within and() and or() too', () => {
    expect(() => minRequests(20).and(failureRate as never)).toThrow(/failureRate/);
    expect(() => failureStreak(5).or(closed as never)).toThrow(/closed/);
    expect(() => anyError().and(instanceOf as never)).toThrow(/instanceOf/);
  });
});
