import { EMPTY, map, of, throwError } from 'rxjs';
import {
  admitAll,
  always,
  byTripper,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  failureStreak,
  instanceOf,
  minRequests,
  never,
  probes,
  slowRate,
  successStreak,
  type CallContext,
  type CircuitBreakerOptions,
  type ProbeContext,
  type Recovery,
  type Signal,
} from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { marbles } from '../support/marbles.ts';
import { fail, runScript, stateAt, states, succeed } from '../support/script.ts';

const changes = ({ oldState, newState, reason }: Signal): string => `${oldState} → ${newState}: ${reason}`;

function listened(options: CircuitBreakerOptions): { breaker: CircuitBreaker; log: string[] } {
  const log: string[] = [];
  const breaker = new CircuitBreaker({ ...options, listeners: [(signal) => log.push(changes(signal))] });
  return { breaker, log };
}

describe('transitions', () => {
  it(
    'closed goes open, open half-open, half-open closed or open',
    marbles((m) => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(1), recovery: byTripper(), retry: cooldown(4) });
      const calls = '  --f------f------s----';
      const signals = '--o---h--o---h--c----';

      runScript(m, calls, { f: () => fail(breaker), s: () => succeed(breaker) });
      m.expect(breaker.signal$.pipe(map(({ newState }) => newState))).toBeObservable(signals, states);
    }),
  );

  describe('on every one', () => {
    const down = new Error('down');
    /** Steps half a second apart, the last of which makes the transition. */
    const transitions: [string, CircuitBreakerOptions, ((breaker: CircuitBreaker) => void)[]][] = [
      ['closed → open', { tripper: failureStreak(2) }, [(b) => fail(b), (b) => fail(b)]],
      ['open → half_open', { retry: always() }, [(b) => b.trip(), (b) => b.admit().unsubscribe()]],
      ['half_open → open', { retry: always(), recovery: probes(1) }, [(b) => b.trip(), (b) => fail(b)]],
      ['half_open → closed', { retry: always(), recovery: probes(1) }, [(b) => b.trip(), (b) => succeed(b)]],
      ['closed → metrics_only', {}, [(b) => fail(b), (b) => b.metricsOnly()]],
      ['metrics_only → closed', {}, [(b) => b.metricsOnly(), (b) => fail(b), (b) => b.reset()]],
      ['metrics_only → disabled', {}, [(b) => b.metricsOnly(), (b) => fail(b), (b) => b.disable()]],
      ['closed → forced_open', {}, [(b) => fail(b), (b) => b.forceOpen()]],
      ['closed → open by trip()', {}, [(b) => fail(b), (b) => b.trip()]],
    ];

    it.each(transitions)('the window is reset and `changedAt` set: %s', (by, options, steps) => {
      const scheduler = new ManualScheduler(1_000);
      const { breaker, log } = listened({ ...options, permit: admitAll(), scheduler });
      for (const step of steps) {
        scheduler.pass(500);
        step(breaker);
      }
      expect(log.at(-1)).toContain(by.split(' by ')[0]);
      expect(breaker.info().metric.totalCount).toBe(0);
      expect(breaker.info().changedAt).toBe(1_000 + 500 * steps.length);
    });

    it('the streaks and what was recorded in the epoch go to zero', () => {
      const contexts: CallContext[] = [];
      const tripper = (context: CallContext): boolean => {
        contexts.push(context);
        return context.outcome === 'failure' && context.state === 'half_open';
      };
      const breaker = new CircuitBreaker({ tripper, recovery: () => undefined, permit: admitAll(), retry: always() });
      fail(breaker, down);
      fail(breaker, down);
      breaker.metricsOnly();
      fail(breaker, down);
      breaker.reset();
      fail(breaker, down);
      expect(contexts.at(-1)).toMatchObject({ consecutiveFailures: 1, failures: 1, successes: 0 });
      succeed(breaker);
      succeed(breaker);
      breaker.disable();
      breaker.reset();
      succeed(breaker);
      expect(contexts.at(-1)).toMatchObject({ consecutiveSuccesses: 1, failures: 0, successes: 1 });
    });

    it('the probe counts go to zero', () => {
      const asked: ProbeContext[] = [];
      const answers = [true, false, true];
      const breaker = new CircuitBreaker({
        retry: always(),
        recovery: () => undefined,
        permit: (probe) => {
          asked.push(probe);
          return answers.shift() ?? true;
        },
      });
      breaker.trip();
      breaker.admit();
      expect(() => breaker.admit()).toThrow('half_open');
      breaker.admit();
      expect(asked.at(-1)).toMatchObject({ admitted: 1, denied: 1, inFlight: 1 });
      breaker.trip();
      breaker.admit();
      expect(asked.at(-1)).toMatchObject({ admitted: 0, denied: 0, inFlight: 0 });
    });
  });

  it('`half_open → open` adds one to `reopens`; entering `closed` sets it to zero', () => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(1), recovery: byTripper(), retry: always() });
    const reopens = [fail, fail, fail, succeed, fail, fail].map((call) => {
      call(breaker);
      return `${breaker.state} ${String(breaker.info().reopens)}`;
    });
    expect(reopens).toStrictEqual(['open 0', 'open 1', 'open 2', 'closed 0', 'open 0', 'open 1']);
  });

  it('no other transition changes `reopens`', () => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(1), recovery: byTripper(), retry: always() });
    fail(breaker);
    fail(breaker);
    const reopens = ['forceOpen', 'disable', 'metricsOnly', 'trip', 'reset', 'trip'] as const;
    expect(
      reopens.map((command) => {
        breaker[command]();
        return breaker.info().reopens;
      }),
    ).toStrictEqual([1, 1, 1, 1, 0, 0]);
  });

  describe('closed', () => {
    it('after each recorded outcome, success or failure, the tripper is asked; it holds → open (tripped)', () => {
      const { breaker, log } = listened({ tripper: minRequests(3), retry: never() });
      fail(breaker);
      succeed(breaker);
      expect(log).toStrictEqual([]);
      succeed(breaker);
      expect(log).toStrictEqual(['closed → open: tripped']);
    });

    it(
      'a slow success trips too',
      marbles((m) => {
        const breaker = new CircuitBreaker({ tripper: slowRate(0.5, 3), retry: never() });
        const fast = '  --(a|)      ';
        const slow = '  ---(a|)     ';
        const start2 = '---^        ';
        const state = ' c-----o     ';

        m.expect(m.cold(fast).pipe(circuitBreaker(breaker))).toBeObservable('--(a|)');
        m.expect(m.cold(slow).pipe(circuitBreaker(breaker)), start2).toBeObservable('------(a|)');
        m.expect(breaker.state$).toBeObservable(state, states);
      }),
    );

    it('the tripper is not asked about what is not recorded', () => {
      const tripper = vi.fn(() => true);
      const breaker = new CircuitBreaker({ tripper, tracker: instanceOf(RangeError) });
      breaker.admit().unsubscribe();
      breaker.admit().error(new Error('ignored'));
      expect(tripper).not.toHaveBeenCalled();
      fail(breaker, new RangeError());
      expect(tripper).toHaveBeenCalledOnce();
    });

    it('the tripper gets the outcome just recorded, and the calls in flight without it', () => {
      const tripper = vi.fn((_context: CallContext) => false);
      const scheduler = new ManualScheduler(5);
      const breaker = new CircuitBreaker({ tripper, scheduler });
      breaker.admit();
      const call = breaker.admit();
      scheduler.pass(20);
      call.error(new Error('down'));
      expect(tripper.mock.lastCall?.[0]).toMatchObject({
        state: 'closed',
        outcome: 'failure',
        consecutiveFailures: 1,
        consecutiveSuccesses: 0,
        successes: 0,
        failures: 1,
        changedAt: 5,
        now: 25,
        inFlight: 1,
        metric: { totalCount: 1, failureCount: 1, totalDuration: 20 },
      });
      succeed(breaker);
      expect(tripper.mock.lastCall?.[0]).toMatchObject({
        outcome: 'success',
        consecutiveFailures: 0,
        consecutiveSuccesses: 1,
        successes: 1,
        failures: 1,
      });
      expect(tripper.mock.lastCall?.[0].metric.totalCount).toBe(2);
    });
  });

  it('open: retry due → half_open (retry)', () => {
    const { breaker, log } = listened({ retry: always() });
    breaker.trip();
    breaker.admit();
    expect(log).toStrictEqual(['closed → open: manual', 'open → half_open: retry']);
  });

  describe('half_open', () => {
    const half = (recovery: Recovery): ReturnType<typeof listened> => {
      const made = listened({ recovery, tripper: failureStreak(1), retry: always(), permit: admitAll() });
      made.breaker.trip();
      made.log.length = 0;
      return made;
    };

    it('the recovery returns `close` → closed (recovered)', () => {
      const { breaker, log } = half(() => 'close');
      fail(breaker);
      expect(log).toStrictEqual(['open → half_open: retry', 'half_open → closed: recovered']);
    });

    it('the recovery returns `reopen` → open (tripped)', () => {
      const { breaker, log } = half(() => 'reopen');
      succeed(breaker);
      expect(log).toStrictEqual(['open → half_open: retry', 'half_open → open: tripped']);
    });

    it('the recovery is undecided: half_open still', () => {
      const { breaker, log } = half(() => undefined);
      fail(breaker);
      succeed(breaker);
      expect(log).toStrictEqual(['open → half_open: retry']);
    });

    it('after each recorded outcome, and no other, the recovery is asked, with the breaker’s tripper', () => {
      const recovery = vi.fn<Recovery>(() => undefined);
      const tripper = failureStreak(7);
      const breaker = new CircuitBreaker({ recovery, tripper, retry: always(), permit: admitAll() });
      fail(breaker);
      expect(recovery).not.toHaveBeenCalled();
      breaker.trip();
      breaker.admit().unsubscribe();
      expect(recovery).not.toHaveBeenCalled();
      fail(breaker);
      succeed(breaker);
      expect(recovery.mock.calls.map(([{ state, outcome }]) => `${state} ${outcome}`)).toStrictEqual([
        'half_open failure',
        'half_open success',
      ]);
      expect(recovery.mock.lastCall?.[1]).toBe(tripper);
    });
  });

  describe('byTripper', () => {
    const after = (tripper: CircuitBreakerOptions['tripper'], ...calls: ((b: CircuitBreaker) => void)[]): string => {
      const options = { tripper, recovery: byTripper(), retry: always(), permit: admitAll() };
      const breaker = new CircuitBreaker(options);
      breaker.trip();
      for (const call of calls) call(breaker);
      return breaker.state;
    };

    it('the tripper holds → reopen, on a failure as on a success', () => {
      expect(after(failureStreak(1), fail)).toBe('open');
      expect(after(successStreak(1), succeed)).toBe('open');
    });

    it('else a success → close', () => {
      expect(after(failureStreak(2), succeed)).toBe('closed');
      expect(after(failureStreak(3), fail, fail, succeed)).toBe('closed');
    });

    it('else undecided', () => {
      expect(after(failureStreak(3), fail, fail)).toBe('half_open');
    });
  });

  describe('probes', () => {
    it.each([
      // The verdict comes with the last call of each row, as soon as the rest cannot change it.
      [1, 0, 's', 'closed'],
      [1, 0, 'f', 'open'],
      [3, 0, 'ss', 'half_open'],
      [3, 0, 'sss', 'closed'],
      [3, 0, 'ssf', 'open'],
      [3, 0, 'f', 'open'],
      [4, 0.5, 'ff', 'half_open'],
      [4, 0.5, 'fff', 'open'],
      [4, 0.5, 'fsf', 'half_open'],
      [4, 0.5, 'fsfs', 'closed'],
      [4, 0.5, 's', 'half_open'],
      [4, 0.5, 'ss', 'closed'],
      [3, 0.5, 's', 'half_open'],
      [3, 0.5, 'ss', 'closed'],
      [3, 0.5, 'ff', 'open'],
      [2, 1, 'f', 'closed'],
    ])('probes(%i, { maxFailureRate: %d }) after %s: %s', (count, maxFailureRate, calls, state) => {
      const breaker = new CircuitBreaker({
        recovery: probes(count, { maxFailureRate }),
        tripper: failureStreak(100),
        retry: always(),
        permit: admitAll(),
      });
      breaker.trip();
      for (const call of calls) {
        expect(['open', 'half_open']).toContain(breaker.state);
        (call === 's' ? succeed : fail)(breaker);
      }
      expect(breaker.state).toBe(state);
    });

    it('reopens only above `maxFailureRate × n`, also where the product is off by the last digit', () => {
      const breaker = new CircuitBreaker({
        recovery: probes(100, { maxFailureRate: 0.29 }),
        tripper: () => false,
        retry: always(),
        permit: admitAll(),
      });
      breaker.trip();
      for (let failures = 0; failures < 29; failures++) fail(breaker);
      expect(breaker.state).toBe('half_open');
      fail(breaker);
      expect(breaker.state).toBe('open');
    });

    it('the window’s size does not matter', () => {
      const breaker = new CircuitBreaker({
        recovery: probes(150),
        tripper: failureStreak(100),
        retry: always(),
        permit: admitAll(),
      });
      breaker.trip();
      for (let successes = 0; successes < 149; successes++) succeed(breaker);
      expect(breaker.state).toBe('half_open');
      succeed(breaker);
      expect(breaker.state).toBe('closed');
    });
  });

  it('`metrics_only` records and never trips', () => {
    const { breaker, log } = listened({ tripper: failureStreak(1) });
    breaker.metricsOnly();
    fail(breaker);
    succeed(breaker);
    expect(log).toStrictEqual(['closed → metrics_only: manual']);
    expect(breaker.info().metric).toMatchObject({ totalCount: 2, failureCount: 1 });
  });

  it('`disabled` records nothing', () => {
    const { breaker, log } = listened({ tripper: failureStreak(1) });
    breaker.disable();
    fail(breaker);
    succeed(breaker);
    collect(throwError(() => new Error('down')).pipe(circuitBreaker(breaker)));
    collect(of(1).pipe(circuitBreaker(breaker, { classify: () => 'failure' })));
    collect(EMPTY.pipe(circuitBreaker(breaker)));
    expect(log).toStrictEqual(['closed → disabled: manual']);
    expect(breaker.info().metric.totalCount).toBe(0);
  });

  it(
    'an open circuit whose retry is due reads `open` until something happens',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(3) });
      const commands = '-t--------p-';
      const read = '    r-r-r-r-r-r-r';
      const state = '   c-o-o-o-o-h-h';

      runScript(m, commands, { t: () => breaker.trip(), p: () => void breaker.admit() });
      m.expect(stateAt(m, read, breaker)).toBeObservable(state, states);
    }),
  );
});
