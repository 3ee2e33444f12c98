import {
  admitRandom,
  avgLatency,
  backoff,
  byTripper,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  countWindow,
  failureRate,
  failureStreak,
  isCallNotPermitted,
  minRequests,
  probes,
  rampUp,
  slowRate,
  timeWindow,
  type CircuitBreakerOptions,
  type Signal,
} from 'rxjs-fluxgate';
import fc from 'fast-check';
import { concat, defer, EMPTY, NEVER, of, throwError, timer, VirtualTimeScheduler, mergeMap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../lib/simulate/seeded.ts';
import { collect } from '../support/collect.ts';
import { observe, traffic, type Row } from './support.ts';

const options: fc.Arbitrary<CircuitBreakerOptions> = fc.record(
  {
    window: fc.oneof(
      fc.integer({ min: 5, max: 30 }).map((size) => countWindow(size)),
      fc.integer({ min: 100, max: 5_000 }).map((duration) => timeWindow(duration)),
    ),
    tripper: fc.constantFrom(
      failureStreak(2),
      minRequests(5).and(failureRate(0.4)),
      slowRate(0.5, 120).or(failureStreak(4)),
      minRequests(3)
        .and(avgLatency(90))
        .or(failureRate(0.8).and(minRequests(4))),
      failureStreak(3).and(minRequests(5).not()),
    ),
    retry: fc.constantFrom(
      cooldown(150),
      cooldown(700, { jitter: 0.3 }),
      backoff({ initial: 80, max: 2_000, jitter: 0.2 }),
      ({ scheduler }) => timer(333.25, scheduler),
    ),
    permit: fc.constantFrom(admitRandom(0.6), rampUp({ initial: 0.2, final: 1, duration: 1_000 })),
    recovery: fc.constantFrom(byTripper(), probes(3), probes(4, { maxFailureRate: 0.3 })),
    maxProbes: fc.integer({ min: 1, max: 4 }),
    probeTimeout: fc.constantFrom(60, 400),
  },
  { requiredKeys: ['tripper'] },
);

/** Calls at non-integer times, so that no two events are at once. */
const rows: fc.Arbitrary<Row[]> = fc
  .array(
    fc.tuple(
      fc.double({ min: 0.001, max: 200, noNaN: true }),
      fc.oneof({ arbitrary: fc.double({ min: 0.001, max: 300, noNaN: true }), weight: 9 }, fc.constant(Infinity)),
      fc.constantFrom(200, 500, 503),
    ),
    { minLength: 1, maxLength: 100, size: 'max' },
  )
  .map((steps) => {
    let at = 0;
    return steps.map(([gap, duration, status]) => [(at += gap), duration, status] as const);
  });

/** The same through the operator, on RxJS's own virtual time. */
function operate(calls: readonly Row[], given: CircuitBreakerOptions, timeout: number) {
  const scheduler = new VirtualTimeScheduler(undefined, Infinity);
  const breaker = new CircuitBreaker({ ...given, scheduler });
  const signals = collect(breaker.signal$) as Signal[];
  const rejected = calls.map(() => 0);
  let last = 0;
  calls.forEach(([at, duration, status = 200], i) => {
    const answer$ = defer(() => (status === 200 ? EMPTY : throwError(() => new Error(`status ${String(status)}`))));
    const source$ =
      duration > timeout
        ? concat(
            timer(timeout, scheduler),
            throwError(() => new Error('timeout')),
          )
        : duration === Infinity
          ? NEVER
          : timer(duration, scheduler).pipe(mergeMap(() => concat(of(status), answer$)));
    scheduler.schedule(() => {
      last = Math.max(last, at);
      source$.pipe(circuitBreaker(breaker)).subscribe({
        error: (error: unknown) => {
          if (isCallNotPermitted(error)) rejected[i] = 1;
          else last = Math.max(last, scheduler.now());
        },
        complete: () => (last = Math.max(last, scheduler.now())),
      });
    }, at);
  });
  scheduler.flush();
  return { rejected, signals: signals.filter(({ timestamp }) => timestamp <= last).map(essence), to: last };
}

function essence({ name, oldState, newState, timestamp, reason, detail, retryAt, metric }: Signal) {
  const { totalCount, failureCount, totalDuration } = metric;
  return { name, oldState, newState, timestamp, reason, detail, retryAt, totalCount, failureCount, totalDuration };
}

describe('simulate against the operator under VirtualTimeScheduler', () => {
  it('should see the same signals and admissions', () => {
    let openings = 0;
    fc.assert(
      fc.property(rows, options, fc.constantFrom(Infinity, 130.5), (calls, given, timeout) => {
        // Of equal times the order differs; the ties have tests of their own.
        const times = calls.flatMap(([at, duration]) => [at, at + Math.min(duration, timeout)]);
        const finite = times.filter((time) => time < Infinity);
        fc.pre(new Set(finite).size === finite.length);
        const expected = operate(calls, { ...given, random: seeded(9) }, timeout);
        const { signals, rejected, to } = observe(traffic(calls), { ...given, random: seeded(9) }, { timeout });
        expect(signals.map(({ signal }) => essence(signal))).toStrictEqual(expected.signals);
        expect([...rejected]).toStrictEqual(expected.rejected);
        expect(to).toBe(expected.to);
        openings += signals.length;
      }),
      { numRuns: 100 },
    );
    // Otherwise nothing was compared.
    expect(openings).toBeGreaterThan(100);
  }, 30_000);
});
