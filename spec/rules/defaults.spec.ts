import { CircuitBreaker, isCallNotPermitted } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { marbles } from '../support/marbles.ts';
import { fail, runScript, states, succeed } from '../support/script.ts';

/** Draws the middle, so that the jitter is none. */
const random = (): number => 0.5;

/** How many calls in a row fail, one each `every` ms, until the circuit opens. */
function failuresUntilOpen(every: number, successes = 0): number {
  const scheduler = new ManualScheduler();
  const breaker = new CircuitBreaker({ scheduler, random });
  for (let calls = 0; calls < successes; calls++) {
    succeed(breaker);
    scheduler.pass(every);
  }
  for (let failures = 1; failures < 1_000; failures++) {
    fail(breaker);
    if (breaker.state === 'open') return failures;
    scheduler.pass(every);
  }
  return Infinity;
}

describe('`new CircuitBreaker()` and nothing else', () => {
  it.each([
    { rate: '10 a minute', every: 6_000, successes: 100, failures: 5 },
    { rate: '15 a minute', every: 4_000, successes: 100, failures: 5 },
    { rate: '1 a second', every: 1_000, successes: 100, failures: 20 },
    { rate: '50 a second', every: 20, successes: 5_000, failures: 20 },
    { rate: '1,000 a second', every: 1, successes: 5_000, failures: 20 },
    { rate: '1 an hour', every: 3_600_000, successes: 10, failures: 5 },
  ])('opens after $failures failures in a row at $rate', ({ every, successes, failures }) => {
    expect(failuresUntilOpen(every, successes)).toBe(failures);
  });

  it('opens after 5 failures in a row at once, when they are the first calls', () => {
    expect(failuresUntilOpen(0)).toBe(5);
  });

  it('opens when half of at least 20 calls of the last minute have failed', () => {
    const breaker = new CircuitBreaker({ scheduler: new ManualScheduler(), random });
    // Never two failures in a row.
    for (let calls = 0; calls < 9; calls++) {
      fail(breaker);
      succeed(breaker);
    }
    fail(breaker);
    expect(breaker.state).toBe('closed');
    succeed(breaker);
    expect(breaker.info()).toMatchObject({ state: 'open', lastSignal: { reason: 'tripped' } });
  });

  it('stays closed when fewer than half fail, and when the failures are more than a minute old', () => {
    const scheduler = new ManualScheduler();
    const breaker = new CircuitBreaker({ scheduler, random });
    for (let calls = 0; calls < 100; calls++) {
      succeed(breaker);
      succeed(breaker);
      fail(breaker);
    }
    expect(breaker.state).toBe('closed');
    scheduler.pass(60_000);
    for (let calls = 0; calls < 11; calls++) succeed(breaker);
    expect(breaker.info()).toMatchObject({ state: 'closed', metric: { totalCount: 11, failureCount: 0 } });
  });

  it(
    'waits 5 s, and twice as long after each failed recovery, up to a minute',
    marbles((m) => {
      const breaker = new CircuitBreaker({ random });
      // Two of three probes decide.
      const calls = '-t 4999ms (ff) 9996ms (ff) 19996ms (ff) 39996ms (ff) 59996ms (ff) 59996ms (ss)';
      const state = 'co 4999ms (ho) 9996ms (ho) 19996ms (ho) 39996ms (ho) 59996ms (ho) 59996ms (hc)';
      runScript(m, calls, {
        t: () => breaker.trip(),
        f: () => fail(breaker),
        s: () => succeed(breaker),
      });
      m.expect(breaker.state$).toBeObservable(state, states);
    }),
  );

  it.each([
    [0, 4_000],
    [0.25, 4_500],
    [0.999_999, 6_000],
  ])('with a jitter of 0.2: a draw of %d makes the first wait %i ms', (draw, wait) => {
    const breaker = new CircuitBreaker({ random: () => draw, scheduler: new ManualScheduler() });
    breaker.trip();
    expect(breaker.info().retryAt).toBe(wait);
  });

  it.each([
    ['ss', 'closed'],
    ['sfs', 'closed'],
    ['fss', 'closed'],
    ['ff', 'open'],
    ['sff', 'open'],
    ['fsf', 'open'],
    ['s', 'half_open'],
    ['f', 'half_open'],
    ['sf', 'half_open'],
  ])('closes when two of three probes have succeeded: %s', (outcomes, state) => {
    const breaker = new CircuitBreaker({ scheduler: new ManualScheduler(), random });
    breaker.halfOpen();
    for (const outcome of outcomes) {
      if (outcome === 's') succeed(breaker);
      else fail(breaker);
    }
    expect(breaker.state).toBe(state);
  });

  it('lets up to ten probes through at a time', () => {
    const breaker = new CircuitBreaker({ scheduler: new ManualScheduler(), random });
    breaker.halfOpen();
    for (let probe = 0; probe < 10; probe++) breaker.admit();
    expect(() => breaker.admit()).toThrow(expect.toSatisfy(isCallNotPermitted) as Error);
    expect(breaker.info().inFlight).toBe(10);
  });

  it('counts a probe that has not settled after 60 s as a failure', () => {
    const scheduler = new ManualScheduler();
    const breaker = new CircuitBreaker({ scheduler, random });
    breaker.halfOpen();
    breaker.admit();
    breaker.admit();
    scheduler.pass(59_999);
    expect(breaker.info().inFlight).toBe(2);
    scheduler.pass(1);
    expect(breaker.state).toBe('open');
  });
});
