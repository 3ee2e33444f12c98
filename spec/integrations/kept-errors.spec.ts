import { Registry } from 'prom-client';
import { CircuitBreaker, failureStreak } from 'rxjs-fluxgate';
import { dashboard } from 'rxjs-fluxgate/dashboard';
import { instrument } from 'rxjs-fluxgate/opentelemetry';
import { exposeMetrics } from 'rxjs-fluxgate/prometheus';
import { describe, expect, it } from 'vitest';
import { heapUsed } from '../support/heap-used.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { newCollector } from './opentelemetry/collector.ts';

const CIRCUITS = 20;

/** As of an HTTP client, with the body of its response: 20 of them are 8 MB. */
const hugeError = (): Error =>
  Object.assign(new Error('503'), { body: Array.from({ length: 50_000 }, (_, index) => index) });

const scheduler = new ManualScheduler();

/** Opens circuits by huge errors and lets them go on, after which the breakers themselves hold none. */
function openAndClose(see: (breakers: readonly CircuitBreaker[]) => unknown): number {
  const breakers = Array.from(
    { length: CIRCUITS },
    (_, index) => new CircuitBreaker({ name: String(index), tripper: failureStreak(1) }),
  );
  const seen = see(breakers);
  const before = heapUsed();
  for (const breaker of breakers) {
    breaker.admit().error(hugeError());
    breaker.reset();
    // A command has no cause, so that the last signal of the breaker holds no error either.
    breaker.admit().error(hugeError());
    breaker.forceOpen();
  }
  // An interval of the dashboard, which until then keeps the last error of each circuit for its text.
  scheduler.pass(1_000);
  const grown = heapUsed() - before;
  // Held until here.
  expect([seen, breakers.length]).toStrictEqual([seen, CIRCUITS]);
  return grown;
}

describe('what an integration keeps of the errors that opened circuits', () => {
  it.each<[string, (breakers: readonly CircuitBreaker[]) => unknown]>([
    ['dashboard', (breakers) => dashboard(breakers, { scheduler })],
    ['dashboard with errorText', (breakers) => dashboard(breakers, { errorText: String, scheduler })],
    ['exposeMetrics', (breakers) => exposeMetrics(breakers, { register: new Registry() })],
    ['instrument', (breakers) => instrument(breakers, { meterProvider: newCollector().meterProvider })],
  ])('should be no body of a response: %s', (_, see) => {
    expect(openAndClose(see)).toBeLessThan(3_000_000);
  });

  it('should be seen by this test if it were', () => {
    const kept: unknown[] = [];
    const keep = (breakers: readonly CircuitBreaker[]): unknown => {
      for (const { signal$ } of breakers) {
        signal$.subscribe({ next: ({ cause }) => kept.push(cause), error: (error: unknown) => kept.push(error) });
      }
      return kept;
    };
    expect(openAndClose(keep)).toBeGreaterThan(6_000_000);
  });
});
