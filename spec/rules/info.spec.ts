import {
  avgLatency,
  CircuitBreaker,
  failureCount,
  failureRate,
  failureStreak,
  halfOpened,
  instanceOf,
  minRequests,
  never,
  slowRate,
  successStreak,
  Tripper,
  type CallContext,
  type Signal,
  type TripperLike,
} from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { onEach, fail, succeed } from '../support/script.ts';
import { spyOnReports } from '../support/spy-on-reports.ts';

/** A breaker that has recorded 9 successes and 3 failures, of 10 ms each. */
function recorded(tripper: TripperLike): CircuitBreaker {
  const scheduler = new ManualScheduler();
  const breaker = new CircuitBreaker({ tripper, scheduler, retry: never() });
  for (let calls = 0; calls < 12; calls++) {
    const call = breaker.admit();
    scheduler.pass(10);
    if (calls % 4 === 3) call.error(new Error('down'));
    else call.complete();
  }
  return breaker;
}

describe('info()', () => {
  const reported = spyOnReports();

  describe('`detail` shows why a circuit does not open', () => {
    it('by each condition, held or not, with what is measured', () => {
      const { detail } = recorded(minRequests(20).and(failureRate(0.5))).info();
      expect(detail).toContain('minRequests(20): 12 of 20 calls');
      expect(detail).toMatch(/failureRate\(0\.5\): 3 of 12 (calls )?failed \(0\.25\)/);
    });

    it.each<[TripperLike, string, RegExp]>([
      [minRequests(20), 'minRequests(20)', /12 of 20/],
      [failureRate(0.5), 'failureRate(0.5)', /3 of 12.*0\.25/],
      [failureCount(4), 'failureCount(4)', /3 of 4/],
      [failureStreak(5), 'failureStreak(5)', /1 of 5/],
      [successStreak(5), 'successStreak(5)', /0 of 5/],
      [slowRate(0.5, 100), 'slowRate(0.5, 100)', /0 of 12/],
      [avgLatency(50), 'avgLatency(50)', /10/],
    ])('%s, though it does not hold', (tripper, name, measured) => {
      const breaker = recorded(tripper);
      expect(breaker.state).toBe('closed');
      const { detail } = breaker.info();
      expect(detail).toContain(name);
      expect(detail).toMatch(measured);
    });

    it('also of an empty window, and while half-open, open, disabled or disposed', () => {
      const breaker = new CircuitBreaker({ scheduler: new ManualScheduler() });
      const acts = ['metricsOnly', 'disable', 'forceOpen', 'trip', 'halfOpen', 'reset', 'dispose'] as const;
      expect(breaker.info().detail).toContain('0 of 20 calls');
      for (const act of acts) {
        breaker[act]();
        expect(breaker.info().detail).toContain('0 of 20 calls');
      }
    });

    it('of the window now: what is too old no longer counts', () => {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ scheduler });
      succeed(breaker);
      expect(breaker.info().detail).toContain('1 of 20 calls');
      scheduler.pass(60_000);
      expect(breaker.info().detail).toContain('0 of 20 calls');
    });

    it('without changing anything', () => {
      const tripper = vi.fn((context: CallContext) => context.failures > 99);
      const breaker = recorded(tripper);
      const before = breaker.info();
      for (let reads = 0; reads < 5; reads++) expect(breaker.info()).toStrictEqual(before);
      expect(breaker.state).toBe('closed');
    });

    it('though the `explain` of the user throws, which is reported', () => {
      class Broken extends Tripper {
        override test(): boolean {
          return false;
        }

        override explain(): string {
          throw new Error('explain');
        }
      }
      const breaker = new CircuitBreaker({ tripper: new Broken() });
      expect(typeof breaker.info().detail).toBe('string');
      expect(reported).toHaveBeenCalledTimes(1);
    });

    it('a condition that only holds while half-open is shown too', () => {
      const { detail } = recorded(halfOpened().and(failureRate(0.1))).info();
      expect(detail).toContain('failureRate(0.1)');
    });
  });

  describe('`ignored` counts since the breaker was made', () => {
    class HttpError extends Error {}

    it('so that a tracker that matches nothing shows', () => {
      // fetch() throws no HttpError.
      const breaker = new CircuitBreaker({ tracker: instanceOf(HttpError), scheduler: new ManualScheduler() });
      for (let calls = 0; calls < 100; calls++) fail(breaker, new Error('status 503'));
      expect(breaker.info()).toMatchObject({ state: 'closed', ignored: 100, metric: { totalCount: 0 } });
    });

    it('stale ones too, none while disabled, and on through every transition', () => {
      const breaker = new CircuitBreaker({ tracker: () => false, scheduler: new ManualScheduler() });
      const stale = breaker.admit();
      breaker.halfOpen();
      stale.error(new Error('404'));
      expect(breaker.info().ignored).toBe(1);
      breaker.admit().error(new Error('404'));
      expect(breaker.info().ignored).toBe(2);
      breaker.disable();
      breaker.admit().error(new Error('404'));
      expect(breaker.info().ignored).toBe(2);
      breaker.reset();
      expect(breaker.info().ignored).toBe(2);
      breaker.admit(() => 'ignored').next('value');
      expect(breaker.info().ignored).toBe(3);
      breaker.dispose();
      expect(breaker.info().ignored).toBe(3);
    });

    it('not the cancelled ones', () => {
      const breaker = new CircuitBreaker();
      breaker.admit().unsubscribe();
      expect(breaker.info().ignored).toBe(0);
    });
  });

  describe('`lastSignal`', () => {
    it('is undefined before the first one, and then the last one, as it was emitted', () => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(1), scheduler: new ManualScheduler() });
      expect(breaker.info().lastSignal).toBeUndefined();
      const signals: Signal[] = [];
      onEach(breaker.signal$, (signal) => signals.push(signal));
      fail(breaker);
      expect(breaker.info().lastSignal).toBe(signals[0]);
      breaker.forceOpen('maintenance');
      expect(breaker.info().lastSignal).toBe(signals[1]);
      breaker.dispose();
      expect(signals).toHaveLength(2);
    });
  });

  it('is frozen', () => {
    const breaker = new CircuitBreaker();
    breaker.trip();
    const info = breaker.info();
    expect(Object.isFrozen(info)).toBe(true);
    expect(Object.isFrozen(info.metric)).toBe(true);
    expect(Object.isFrozen(info.lastSignal)).toBe(true);
  });
});

describe('CallContext', () => {
  const down = new Error('down');

  it('has the `cause` of a failure: the tracked error or the failing value, so that one 429 can open', () => {
    const tripper = ({ cause }: CallContext): boolean => (cause as { status?: number } | undefined)?.status === 429;
    const byError = new CircuitBreaker({ tripper });
    fail(byError);
    expect(byError.state).toBe('closed');
    fail(byError, { status: 429 });
    expect(byError.state).toBe('open');

    const byValue = new CircuitBreaker({ tripper });
    byValue.admit(() => 'failure' as const).next({ status: 429 });
    expect(byValue.state).toBe('open');
  });

  it('has no `cause` after a success, not even after an error that counts as one', () => {
    const causes: unknown[] = [];
    const tripper = ({ cause }: CallContext): boolean => causes.push(cause) > 99;
    const breaker = new CircuitBreaker({ tripper, tracker: (error) => error === down, untracked: 'success' });
    breaker.admit().complete();
    breaker.admit().error(new Error('404'));
    breaker.admit(() => 'success' as const).next('value');
    breaker.admit().error(down);
    expect(causes).toStrictEqual([undefined, undefined, undefined, down]);
  });

  it('nor has a signal, if such a success trips', () => {
    const breaker = new CircuitBreaker({ tripper: successStreak(1), tracker: () => false, untracked: 'success' });
    breaker.admit().error(down);
    expect(breaker.info().lastSignal).toMatchObject({ reason: 'tripped', cause: undefined });
  });

  it('has the `duration` of the call in ms', () => {
    const durations: number[] = [];
    const scheduler = new ManualScheduler();
    const tripper = ({ duration }: CallContext): boolean => durations.push(duration) > 99;
    const breaker = new CircuitBreaker({ tripper, scheduler });
    for (const ms of [0, 7, 2.5]) {
      const call = breaker.admit();
      scheduler.pass(ms);
      call.error(down);
    }
    expect(durations).toStrictEqual([0, 7, 2.5]);
  });

  it('counts as `slow` the calls of the epoch of `slowAfter` ms or more, whatever the window holds', () => {
    const seen: [State: string, slow: number][] = [];
    const scheduler = new ManualScheduler();
    const recovery = Object.assign(
      ({ state, slow }: CallContext) => {
        seen.push([state, slow]);
        return undefined;
      },
      { slowAfter: 10 },
    );
    const breaker = new CircuitBreaker({ recovery, scheduler });
    breaker.halfOpen();
    for (const ms of [9, 10, 11, 0]) {
      const call = breaker.admit();
      scheduler.pass(ms);
      if (ms === 11) call.error(down);
      else call.complete();
    }
    expect(seen).toStrictEqual([
      ['half_open', 0],
      ['half_open', 1],
      ['half_open', 2],
      ['half_open', 2],
    ]);
    scheduler.pass(120_000);
    breaker.admit().complete();
    expect(seen.at(-1)).toStrictEqual(['half_open', 2]);
  });

  it('has `slow` 0 if the recovery names no `slowAfter`', () => {
    const seen: number[] = [];
    const scheduler = new ManualScheduler();
    const breaker = new CircuitBreaker({ recovery: ({ slow }) => void seen.push(slow), scheduler });
    breaker.halfOpen();
    const call = breaker.admit();
    scheduler.pass(59_000);
    call.complete();
    expect(seen).toStrictEqual([0]);
  });
});
