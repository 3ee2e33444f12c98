import { diag, DiagLogLevel, metrics, type DiagLogger, type MeterProvider } from '@opentelemetry/api';
import { admitAll, CircuitBreaker, CircuitBreakerRegistry, cooldown, failureStreak, probes } from 'rxjs-fluxgate';
import { instrument } from 'rxjs-fluxgate/opentelemetry';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { fail, succeed } from '../../support/script.ts';
import { spyOnReports } from '../../support/spy-on-reports.ts';
import { newCollector, only } from './collector.ts';

const CALLS = 'circuit_breaker.calls';

/** What the API and the SDK complain about. */
function complaints(): string[] {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const logger: DiagLogger = { error: say, warn: say, info: () => 0, debug: () => 0, verbose: () => 0 };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  return said;
}

/** Through all that can be reported. */
function outage(breaker: CircuitBreaker, time: ManualScheduler): void {
  fail(breaker);
  expect(() => breaker.admit()).toThrow('not permitted');
  time.pass(1_000);
  succeed(breaker);
}

function newBreaker(name: string, time: ManualScheduler): CircuitBreaker {
  return new CircuitBreaker({
    name,
    tripper: failureStreak(1),
    retry: cooldown(1_000),
    permit: admitAll(),
    recovery: probes(1),
    scheduler: time,
  });
}

describe('instrument', () => {
  const reported = spyOnReports();

  afterEach(() => {
    metrics.disable();
    diag.disable();
  });

  it('should use the global meter provider by default, under the name of the package', async () => {
    const { meterProvider, numbers } = newCollector();
    const getMeter = vi.spyOn(meterProvider, 'getMeter');
    metrics.setGlobalMeterProvider(meterProvider);
    const breaker = new CircuitBreaker({ name: 'stock' });
    instrument(breaker);
    succeed(breaker);
    expect(getMeter).toHaveBeenCalledExactlyOnceWith('rxjs-fluxgate');
    expect(only(CALLS, await numbers())).toStrictEqual({ 'stock success': 1 });
  });

  it('should do nothing, and throw nothing, where there is no SDK', () => {
    const said = complaints();
    const time = new ManualScheduler();
    const breaker = newBreaker('stock', time);
    const subscription = instrument([breaker]);
    instrument(new CircuitBreakerRegistry());
    outage(breaker, time);
    subscription.unsubscribe();
    expect(breaker.state).toBe('closed');
    expect(reported).not.toHaveBeenCalled();
    expect(said).toStrictEqual([]);
  });

  it('should bear to be called for several breakers one by one, without a complaint of the SDK', async () => {
    const said = complaints();
    const { meterProvider, numbers } = newCollector();
    const time = new ManualScheduler();
    const [a, b] = [newBreaker('a', time), newBreaker('b', time)];
    const first = instrument(a, { meterProvider });
    instrument(b, { meterProvider });
    outage(a, time);
    outage(b, time);
    const one = { failure: 1, rejected: 1, success: 1 };
    const both = (name: string): object =>
      Object.fromEntries(Object.entries(one).map(([type, count]) => [`${name} ${type}`, count]));
    expect(only(CALLS, await numbers())).toStrictEqual({ ...both('a'), ...both('b') });
    expect(only('circuit_breaker.state', await numbers())).toStrictEqual({ 'a closed': 1, 'b closed': 1 });
    first.unsubscribe();
    outage(a, time);
    succeed(b);
    expect(only(CALLS, await numbers())).toStrictEqual({ ...both('a'), ...both('b'), 'b success': 2 });
    expect(only('circuit_breaker.state', await numbers())).toStrictEqual({ 'b closed': 1 });
    expect(said).toStrictEqual([]);
  });

  it('should report to two meter providers if called for each', async () => {
    const collectors = [newCollector(), newCollector()];
    const breaker = new CircuitBreaker({ name: 'stock' });
    for (const { meterProvider } of collectors) instrument(breaker, { meterProvider });
    succeed(breaker);
    for (const { numbers } of collectors) expect(only(CALLS, await numbers())).toStrictEqual({ 'stock success': 1 });
  });

  it('should count nothing any more once unsubscribed', async () => {
    const { meterProvider, numbers } = newCollector();
    const breaker = new CircuitBreaker({ name: 'stock' });
    const subscription = instrument(breaker, { meterProvider });
    succeed(breaker);
    subscription.unsubscribe();
    succeed(breaker);
    breaker.trip();
    expect(await numbers()).toStrictEqual({
      'circuit_breaker.calls stock success': 1,
      'circuit_breaker.call.duration stock success': 1,
    });
  });

  it('should delay no call when the SDK is broken, but report that', () => {
    const broken = (): never => {
      throw new Error('no metrics');
    };
    const { meterProvider } = newCollector();
    const getMeter: MeterProvider['getMeter'] = (name) =>
      Object.assign(meterProvider.getMeter(name), { createHistogram: () => ({ record: broken }) });
    const breaker = new CircuitBreaker();
    instrument(breaker, { meterProvider: { getMeter } });
    breaker.trip();
    breaker.reset();
    succeed(breaker);
    succeed(breaker);
    expect(breaker.info().metric.totalCount).toBe(2);
    expect(reported.mock.calls).toStrictEqual(Array(2).fill([new Error('no metrics')]));
  });

  it.each([
    [
      { spanevents: true },
      'instrument got an unknown option "spanevents"; it takes meterProvider, durations, loggerProvider, spanEvents, spanAttributes',
    ],
    [{ durations: 1 }, 'instrument: durations must be a boolean, got 1'],
    [{ spanAttributes: null }, 'instrument: spanAttributes must be a boolean, got null'],
    [{ loggerProvider: {} }, 'instrument: loggerProvider.getLogger must be a function, got undefined'],
    [{ spanEvents: 'yes' }, 'instrument: spanEvents must be a boolean, got "yes"'],
    [{ meterProvider: {} }, 'instrument: meterProvider.getMeter must be a function, got undefined'],
    [{ meterProvider: null }, 'instrument: meterProvider.getMeter must be a function, got undefined'],
    [null, 'instrument: options must be an object, got null'],
  ])('should refuse the options %j', (options, message) => {
    expect(() => instrument(new CircuitBreaker(), options as never)).toThrow(new TypeError(message));
  });

  it('should take options that are undefined for those that are not there', () => {
    const options = { meterProvider: undefined, spanEvents: undefined };
    expect(instrument(new CircuitBreaker(), options).closed).toBe(false);
  });
});
