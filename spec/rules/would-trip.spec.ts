import { map, throwError } from 'rxjs';
import {
  CircuitBreaker,
  circuitBreaker,
  closed,
  countWindow,
  failureRate,
  failureStreak,
  minRequests,
  type CallContext,
  type CircuitBreakerOptions,
} from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { marbles } from '../support/marbles.ts';
import { fail, onEach, runScript, succeed } from '../support/script.ts';
import { metricWith } from '../support/fixtures.ts';
import { spyOnReports } from '../support/spy-on-reports.ts';

const down = new Error('down');

function metricsOnly(options: CircuitBreakerOptions): CircuitBreaker {
  const breaker = new CircuitBreaker(options);
  breaker.metricsOnly();
  return breaker;
}

describe('wouldTrip$', () => {
  const reported = spyOnReports();

  it(
    'says in metrics_only when the tripper begins to hold, once for each crossing',
    marbles((m) => {
      const breaker = metricsOnly({ name: 'stock', window: countWindow(10), tripper: failureStreak(2) });
      const calls = '    -ffffsff--';
      const crossings = ' --t----t--';
      runScript(m, calls, { f: () => fail(breaker, down), s: () => succeed(breaker) });
      m.expect(breaker.wouldTrip$.pipe(map(({ detail }) => detail))).toBeObservable(crossings.replace(/--$/, ''), {
        t: 'failureStreak(2): 2 failures in a row',
      });
    }),
  );

  it(
    'tells name, time, detail and what the window held, frozen',
    marbles((m) => {
      const breaker = metricsOnly({
        name: 'stock',
        window: countWindow(4),
        tripper: minRequests(3).and(failureRate(0.5)),
      });
      runScript(m, '-sff', { f: () => fail(breaker, down), s: () => succeed(breaker) });
      onEach(breaker.wouldTrip$, (crossing) => {
        expect(Object.isFrozen(crossing)).toBe(true);
        expect(crossing).toMatchObject({
          name: 'stock',
          timestamp: 3,
          detail: 'minRequests(3): 3 calls; failureRate(0.5): 2 of 3 calls failed (0.67)',
          metric: { totalCount: 3, failureCount: 2 },
        });
      });
      m.expect(breaker.wouldTrip$.pipe(map(() => 'x'))).toBeObservable('---x');
    }),
  );

  it('changes nothing: the state stays, and every call is let through', () => {
    const breaker = metricsOnly({ tripper: failureStreak(1) });
    const signals = collect(breaker.signal$);
    const crossings = collect(breaker.wouldTrip$);
    for (let call = 0; call < 3; call++) fail(breaker);
    expect(crossings).toHaveLength(1);
    expect([breaker.state, breaker.info().rejected, signals]).toStrictEqual(['metrics_only', 0, []]);
  });

  it('asks the tripper as for a closed circuit', () => {
    const asked: CallContext[] = [];
    const breaker = metricsOnly({ tripper: closed().and((context) => asked.push(context) > 0) });
    const crossings = collect(breaker.wouldTrip$);
    succeed(breaker);
    expect(asked[0]).toMatchObject({ state: 'closed', outcome: 'success', successes: 1 });
    expect(crossings).toHaveLength(1);
  });

  it('begins anew each time that metrics_only is entered', () => {
    const breaker = metricsOnly({ tripper: failureStreak(1) });
    const crossings = collect(breaker.wouldTrip$.pipe(map(() => 'x')));
    fail(breaker);
    breaker.disable();
    breaker.metricsOnly();
    fail(breaker);
    expect(crossings).toStrictEqual(['x', 'x']);
  });

  it.each(['closed', 'half_open', 'disabled'] as const)('says nothing while %s', (state) => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(1), retry: () => 0 });
    const crossings = collect(breaker.wouldTrip$);
    if (state === 'half_open') breaker.trip();
    if (state === 'disabled') breaker.disable();
    fail(breaker);
    expect(crossings).toStrictEqual([]);
  });

  it('does not ask the tripper while nobody subscribes', () => {
    const tripper = vi.fn(() => true);
    const breaker = metricsOnly({ tripper });
    fail(breaker);
    expect(tripper).not.toHaveBeenCalled();
    breaker.wouldTrip$.subscribe().unsubscribe();
    fail(breaker);
    expect(tripper).not.toHaveBeenCalled();
  });

  it('tells who comes after a time without subscribers anew', () => {
    const breaker = metricsOnly({ tripper: failureStreak(1) });
    const first = breaker.wouldTrip$.subscribe();
    fail(breaker);
    first.unsubscribe();
    succeed(breaker);
    const crossings = collect(breaker.wouldTrip$.pipe(map(() => 'x')));
    fail(breaker);
    expect(crossings).toStrictEqual(['x']);
  });

  it('keeps what the window held, also of one that hands out one object', () => {
    const metric = { ...metricWith(), totalCount: 0, slowRate: () => undefined };
    const live = { record: () => metric.totalCount++, getMetric: () => metric, reset: () => undefined };
    const breaker = metricsOnly({ window: () => live, tripper: minRequests(1) });
    const crossings = collect(breaker.wouldTrip$);
    succeed(breaker);
    succeed(breaker);
    expect(crossings).toMatchObject([{ metric: { totalCount: 1 } }]);
  });

  it('does not count an outcome of an earlier stay', () => {
    const breaker = metricsOnly({ tripper: failureStreak(1) });
    const crossings = collect(breaker.wouldTrip$);
    const call = breaker.admit();
    breaker.reset();
    breaker.metricsOnly();
    call.error(down);
    expect(crossings).toStrictEqual([]);
  });

  it('counts the calls so far at a slow threshold that a plain function asks for', () => {
    const breaker = metricsOnly({ tripper: ({ metric }) => (metric.slowRate(0) ?? 0) > 0.9 });
    const crossings = collect(breaker.wouldTrip$.pipe(map(({ metric }) => metric.slowRate(0))));
    succeed(breaker);
    expect(crossings).toStrictEqual([1]);
  });

  it('comes after the event of the call, and before its end goes downstream', () => {
    const breaker = metricsOnly({ tripper: failureStreak(1) });
    const log: string[] = [];
    onEach(breaker.call$, ({ type }) => void log.push(type));
    onEach(breaker.wouldTrip$, () => void log.push('would trip'));
    throwError(() => down)
      .pipe(circuitBreaker(breaker))
      .subscribe({ error: () => void log.push('error') });
    expect(log).toStrictEqual(['failure', 'would trip', 'error']);
  });

  it('reports a tripper that throws, which is no concern of the call', async () => {
    const broken = new Error('broken');
    const breaker = metricsOnly({
      tripper: () => {
        throw broken;
      },
    });
    const crossings = collect(breaker.wouldTrip$);
    const call = collect(throwError(() => down).pipe(circuitBreaker(breaker)));
    expect(call).toStrictEqual(['#', down]);
    await vi.waitFor(() => expect(reported.mock.calls).toStrictEqual([[broken]]));
    expect([crossings, breaker.info().metric.failureCount]).toStrictEqual([[], 1]);
  });

  it('says nothing of a tripper that leaves metrics_only itself', () => {
    const breaker: CircuitBreaker = metricsOnly({
      tripper: () => {
        breaker.disable();
        return true;
      },
    });
    const crossings = collect(breaker.wouldTrip$);
    fail(breaker);
    expect([crossings, breaker.state]).toStrictEqual([[], 'disabled']);
  });

  it('completes on dispose()', () => {
    const breaker = metricsOnly({});
    const crossings = collect(breaker.wouldTrip$);
    breaker.dispose();
    expect([crossings, collect(breaker.wouldTrip$)]).toStrictEqual([['|'], ['|']]);
  });

  it('is the same object each time', () => {
    const breaker = new CircuitBreaker();
    expect(breaker.wouldTrip$).toBe(breaker.wouldTrip$);
  });
});
