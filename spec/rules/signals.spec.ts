import {
  config,
  map,
  NEVER,
  of,
  queueScheduler,
  Subscription,
  take,
  throwError,
  TimeoutError,
  type SchedulerLike,
} from 'rxjs';
import {
  byTripper,
  admitAll,
  always,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  failureRate,
  failureStreak,
  isCallNotPermitted,
  minRequests,
  never,
  probes,
  slowRate,
  Tripper,
  type AsyncListener,
  type CallEvent,
  type Signal,
  type State,
} from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { marbles } from '../support/marbles.ts';
import { fail, onEach, runScript, states, succeed } from '../support/script.ts';
import { spyOnReports } from '../support/spy-on-reports.ts';

const down = new Error('down');

function newStates(breaker: CircuitBreaker): unknown[] {
  return collect(breaker.signal$.pipe(map(({ newState }) => newState)));
}

describe('signals', () => {
  const reported = spyOnReports();

  describe('reach every subscriber and listener once and in the order of the transitions', () => {
    it(
      'from now on: hot, no replay',
      marbles((m) => {
        const breaker = new CircuitBreaker();
        const commands = '-t-f-d-c--';
        const signals1 = '-o-f-d-c--';
        const watch2 = '  ----^-!---';
        const signals2 = '-----d----';

        runScript(m, commands, {
          t: () => breaker.trip(),
          f: () => breaker.forceOpen(),
          d: () => breaker.disable(),
          c: () => breaker.reset(),
        });
        const newStates$ = breaker.signal$.pipe(map(({ newState }) => newState));
        m.expect(newStates$).toBeObservable(signals1, states);
        m.expect(newStates$, watch2).toBeObservable(signals2, states);
      }),
    );

    it('listeners too, in the order of the options', () => {
      const log: string[] = [];
      const listeners = ['one', 'two'].map(
        (name) =>
          ({ newState }: Signal) =>
            void log.push(`${name} ${newState}`),
      );
      const breaker = new CircuitBreaker({ listeners: new Set(listeners) });
      onEach(breaker.signal$, ({ newState }) => log.push(`subscriber ${newState}`));
      breaker.trip();
      breaker.reset();
      expect(log).toStrictEqual([
        'one open',
        'two open',
        'subscriber open',
        'one closed',
        'two closed',
        'subscriber closed',
      ]);
    });

    it('also when a listener causes the next transition', () => {
      const breaker: CircuitBreaker = new CircuitBreaker({
        listeners: [({ newState }) => newState === 'open' && breaker.disable()],
      });
      const first = newStates(breaker);
      const second = newStates(breaker);
      breaker.trip();
      expect(first).toStrictEqual(['open', 'disabled']);
      expect(second).toStrictEqual(['open', 'disabled']);
    });

    it('also when a subscriber does, between two others', () => {
      const breaker = new CircuitBreaker();
      const first = newStates(breaker);
      onEach(breaker.signal$, ({ newState }) => newState === 'open' && breaker.reset());
      const last = newStates(breaker);
      const current = collect(breaker.state$);
      breaker.trip();
      expect(first).toStrictEqual(['open', 'closed']);
      expect(last).toStrictEqual(['open', 'closed']);
      expect(current).toStrictEqual(['closed', 'open', 'closed']);
    });

    it('each with a retry that has already been overtaken', () => {
      const breaker = new CircuitBreaker({ retry: () => of('now') });
      const received = newStates(breaker);
      const commands: Partial<Record<State, () => void>> = {
        half_open: () => breaker.forceOpen(),
        forced_open: () => breaker.disable(),
      };
      onEach(breaker.signal$, ({ newState }) => commands[newState]?.());
      breaker.trip();
      expect(received).toStrictEqual(['open', 'half_open', 'forced_open', 'disabled']);
    });

    it('however long the chain: 10,000 signals, each caused by the one before, without a deep stack', () => {
      const breaker = new CircuitBreaker({ retry: never() });
      let left = 10_000;
      onEach(breaker.signal$, ({ newState }) => {
        if (--left > 0) breaker[newState === 'open' ? 'reset' : 'trip']();
      });
      const received = newStates(breaker);
      breaker.trip();
      expect(received).toHaveLength(10_000);
      expect(received.every((state, index) => state === (index % 2 === 0 ? 'open' : 'closed'))).toBe(true);
      expect(reported).not.toHaveBeenCalled();
    });

    it('a subscriber who joins during the delivery does not see what happened before', () => {
      const breaker = new CircuitBreaker();
      const late: unknown[][] = [];
      const join = ({ newState }: Signal): void => {
        if (newState === 'open') {
          breaker.disable();
          late.push(newStates(breaker));
          breaker.forceOpen();
        }
      };
      onEach(breaker.signal$, join);
      const all = newStates(breaker);
      breaker.trip();
      expect(all).toStrictEqual(['open', 'disabled', 'forced_open']);
      expect(late).toStrictEqual([['forced_open']]);
    });

    it('a subscriber who leaves during the delivery sees no more', () => {
      const breaker = new CircuitBreaker();
      const subscription = new Subscription();
      onEach(breaker.signal$, () => subscription.unsubscribe());
      const log: string[] = [];
      subscription.add(onEach(breaker.signal$, ({ newState }) => log.push(newState)));
      breaker.trip();
      breaker.reset();
      expect(log).toStrictEqual([]);
    });

    it('a call made by a listener meets the new state', () => {
      const breaker: CircuitBreaker = new CircuitBreaker({
        tripper: failureStreak(1),
        listeners: [
          ({ newState }) => {
            if (newState === 'open') log.push(collect(of(1).pipe(circuitBreaker(breaker))));
          },
        ],
      });
      const log: unknown[][] = [];
      fail(breaker);
      expect(log).toMatchObject([['#', { name: 'CallNotPermittedError', state: 'open' }]]);
    });

    it('a transition at admission is signalled before the call is judged', () => {
      const breaker: CircuitBreaker = new CircuitBreaker({
        retry: ({ reopens }) => (reopens === 0 ? 0 : Infinity),
        listeners: [({ newState }) => newState === 'half_open' && breaker.trip()],
      });
      breaker.trip();
      const received = newStates(breaker);
      expect(() => breaker.admit()).toThrow('open');
      expect(received).toStrictEqual(['half_open', 'open']);
      expect(breaker.info()).toMatchObject({ reopens: 1, rejected: 1 });
    });
  });

  describe('a listener that goes wrong delays no call, starves no other listener, and is reported', () => {
    const wrong: [string, AsyncListener | ((signal: Signal) => void)][] = [
      [
        'it throws',
        () => {
          throw down;
        },
      ],
      ['it rejects', () => Promise.reject(down)],
      ['its thenable rejects at once', () => thenable((_, reject) => reject?.(down))],
      [
        'its thenable throws',
        () =>
          thenable(() => {
            throw down;
          }),
      ],
    ];

    const thenable = (then: (resolve: unknown, reject?: (error: unknown) => void) => void): PromiseLike<void> =>
      ({ then }) as PromiseLike<void>;

    it.each(wrong)('%s', async (_, listener) => {
      const log: string[] = [];
      const after = ({ newState }: Signal): void => void log.push(newState);
      const breaker = new CircuitBreaker({ listeners: [listener, after] });
      const received = newStates(breaker);
      expect(() => breaker.trip()).not.toThrow();
      expect(log).toStrictEqual(['open']);
      expect(received).toStrictEqual(['open']);
      await Promise.resolve();
      expect(reported.mock.calls).toStrictEqual([[down]]);
    });

    it('it hangs', () => {
      const log: string[] = [];
      const hanging = vi.fn(() => new Promise<void>(() => undefined));
      const breaker = new CircuitBreaker({ listeners: [hanging, ({ newState }) => log.push(newState)] });
      breaker.trip();
      breaker.reset();
      expect(hanging).toHaveBeenCalledTimes(2);
      expect(log).toStrictEqual(['open', 'closed']);
      expect(reported).not.toHaveBeenCalled();
    });

    it('the call that caused the signal fails with its own error', () => {
      const listener = (): void => {
        throw new Error('listener');
      };
      const breaker = new CircuitBreaker({ tripper: failureStreak(1), listeners: [listener] });
      expect(collect(throwError(() => down).pipe(circuitBreaker(breaker)))).toStrictEqual(['#', down]);
    });

    it('to the console without a `config.onUnhandledError`', () => {
      config.onUnhandledError = null;
      const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      const listener = (): void => {
        throw down;
      };
      new CircuitBreaker({ listeners: [listener] }).trip();
      expect(logged.mock.calls).toStrictEqual([[down]]);
    });

    it('not to the console with one', () => {
      const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      const listener = (): void => {
        throw down;
      };
      new CircuitBreaker({ listeners: [listener] }).trip();
      expect(logged).not.toHaveBeenCalled();
    });

    it('never rethrown, even if `config.onUnhandledError` throws too', () => {
      vi.spyOn(console, 'error').mockImplementation(() => undefined);
      config.onUnhandledError = () => {
        throw new Error('handler');
      };
      const listener = (): void => {
        throw down;
      };
      const breaker = new CircuitBreaker({ listeners: [listener] });
      const received = newStates(breaker);
      expect(() => breaker.trip()).not.toThrow();
      breaker.reset();
      expect(received).toStrictEqual(['open', 'closed']);
    });

    it('a subscriber that throws starves no other, and RxJS reports it as ever', async () => {
      const breaker = new CircuitBreaker();
      onEach(breaker.signal$, () => {
        throw down;
      });
      const received = newStates(breaker);
      breaker.trip();
      breaker.reset();
      expect(received).toStrictEqual(['open', 'closed']);
      await vi.waitFor(() => expect(reported).toHaveBeenCalledWith(down));
    });
  });

  describe('say', () => {
    const signalOf = (breaker: CircuitBreaker, cause: () => void): Signal => {
      const signals: Signal[] = [];
      const subscription = onEach(breaker.signal$, (signal) => signals.push(signal));
      cause();
      subscription.unsubscribe();
      expect(signals).toHaveLength(1);
      return signals[0]!;
    };

    it('who, from where to where, when and why; frozen', () => {
      const scheduler = new ManualScheduler(7);
      const breaker = new CircuitBreaker({ name: 'stock', scheduler, retry: cooldown(10), tripper: failureStreak(1) });
      scheduler.pass(3);
      const signal = signalOf(breaker, () => fail(breaker, down));
      expect(Object.keys(signal).sort()).toStrictEqual([
        'cause',
        'detail',
        'metric',
        'name',
        'newState',
        'oldState',
        'reason',
        'retryAt',
        'timestamp',
      ]);
      expect(signal).toMatchObject({
        name: 'stock',
        oldState: 'closed',
        newState: 'open',
        timestamp: 10,
        reason: 'tripped',
        detail: 'failureStreak(1): 1 failures in a row',
        retryAt: 20,
        cause: down,
      });
      expect(Object.isFrozen(signal)).toBe(true);
    });

    it('`metric`: what the window held when the state changed, before it was cleared', () => {
      const breaker = new CircuitBreaker({ tripper: minRequests(3), recovery: byTripper(), retry: always() });
      succeed(breaker);
      fail(breaker);
      const tripped = signalOf(breaker, () => fail(breaker));
      expect(tripped.metric).toMatchObject({ totalCount: 3, failureCount: 2 });
      breaker.admit().unsubscribe();
      const recovered = signalOf(breaker, () => succeed(breaker));
      expect(recovered.metric).toMatchObject({ totalCount: 1, failureCount: 0 });
      fail(breaker);
      const manual = signalOf(breaker, () => breaker.forceOpen());
      expect(manual.metric).toMatchObject({ totalCount: 1, failureCount: 1 });
    });

    it('`cause`: the tracked error', () => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(2) });
      fail(breaker, new Error('first'));
      expect(signalOf(breaker, () => fail(breaker, down)).cause).toBe(down);
    });

    it('`cause`: the value classified as a failure', () => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
      const value = { status: 503 };
      const call$ = of(value).pipe(circuitBreaker(breaker, { classify: () => 'failure' }));
      expect(signalOf(breaker, () => collect(call$)).cause).toBe(value);
    });

    it('`cause`: for a probe that ran out of time RxJS’s `TimeoutError`', () => {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({
        scheduler,
        tripper: failureStreak(1),
        recovery: byTripper(),
        retry: ({ reopens }) => (reopens === 0 ? 0 : Infinity),
        probeTimeout: 50,
      });
      breaker.trip();
      breaker.admit();
      const signal = signalOf(breaker, () => scheduler.pass(50));
      expect(signal).toMatchObject({ newState: 'open', reason: 'tripped' });
      expect(signal.cause).toBeInstanceOf(TimeoutError);
    });

    it('`cause`: otherwise undefined', () => {
      const breaker = new CircuitBreaker({ tripper: minRequests(2), recovery: byTripper(), retry: always() });
      fail(breaker);
      const bySuccess = signalOf(breaker, () => breaker.admit().complete());
      expect(bySuccess).toMatchObject({ reason: 'tripped', cause: undefined });
      expect(signalOf(breaker, () => breaker.admit().unsubscribe())).toMatchObject({
        reason: 'retry',
        cause: undefined,
      });
      expect(signalOf(breaker, () => succeed(breaker))).toMatchObject({ reason: 'recovered', cause: undefined });
      fail(breaker);
      expect(signalOf(breaker, () => breaker.trip())).toMatchObject({ reason: 'manual', cause: undefined });
    });

    it('`cause`: undefined for a recovery, also one that a failure brought about', () => {
      const breaker = new CircuitBreaker({
        tripper: failureStreak(9),
        retry: always(),
        permit: admitAll(),
        recovery: probes(1, { maxFailureRate: 1 }),
      });
      breaker.trip();
      breaker.admit().unsubscribe();
      const signal = signalOf(breaker, () => collect(throwError(() => down).pipe(circuitBreaker(breaker))));
      expect(signal).toMatchObject({ newState: 'closed', reason: 'recovered', cause: undefined });
    });

    it('`cause` is the cause of a rejection as well, while open and while half-open, and no longer after a command', () => {
      const breaker = new CircuitBreaker({
        tripper: failureStreak(1),
        retry: ({ reopens }) => (reopens === 0 ? 1_000 : 0),
        permit: () => false,
        scheduler: new ManualScheduler(),
      });
      const causeOfRejection = (): unknown => {
        try {
          breaker.admit();
        } catch (error) {
          if (isCallNotPermitted(error)) return error.cause;
        }
        return 'admitted';
      };
      fail(breaker, down);
      expect(causeOfRejection()).toBe(down);
      breaker.forceOpen();
      expect(causeOfRejection()).toBeUndefined();
      breaker.reset();
      fail(breaker, down);
      breaker.reset();
      breaker.trip();
      expect(causeOfRejection()).toBeUndefined();
    });

    it('`cause` is the cause of a rejection while half-open', () => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(1), retry: always(), permit: () => false });
      fail(breaker, down);
      expect(collect(of(1).pipe(circuitBreaker(breaker)))).toMatchObject([
        '#',
        { state: 'half_open', cause: down, retryAfter: undefined },
      ]);
    });

    it('`retryAt` and `retryAfter`: undefined unless the circuit is open with a finite wait in ms', () => {
      const scheduler = new ManualScheduler(100);
      const waits = [50, Infinity, 0, 7];
      const breaker = new CircuitBreaker({ scheduler, retry: () => waits.shift() ?? NEVER, permit: () => false });
      const retryAfter = (): unknown => {
        const [, error] = collect(of(1).pipe(circuitBreaker(breaker)));
        return isCallNotPermitted(error) ? error.retryAfter : 'admitted';
      };
      const reopen = (): Signal => {
        breaker.reset();
        return signalOf(breaker, () => breaker.trip());
      };
      expect(signalOf(breaker, () => breaker.trip()).retryAt).toBe(150);
      expect(breaker.info().retryAt).toBe(150);
      scheduler.pass(20);
      expect(retryAfter()).toBe(30);
      expect(breaker.info().retryAt).toBe(150);

      expect(reopen().retryAt).toBeUndefined();
      expect(breaker.info().retryAt).toBeUndefined();
      expect(retryAfter()).toBeUndefined();

      expect(reopen().retryAt).toBe(120);
      const due = signalOf(breaker, () => expect(retryAfter()).toBeUndefined());
      expect(due).toMatchObject({ newState: 'half_open', retryAt: undefined });
      expect(breaker.info().retryAt).toBeUndefined();

      expect(signalOf(breaker, () => breaker.forceOpen()).retryAt).toBeUndefined();
      expect(retryAfter()).toBeUndefined();
      expect(reopen().retryAt).toBe(127);
      expect(reopen().retryAt).toBeUndefined();
      expect(retryAfter()).toBeUndefined();
    });

    it('`detail`: for a trip the conditions that held, with the values measured', () => {
      const tripper = failureStreak(9).or(minRequests(4).and(failureRate(0.5).or(slowRate(0.9, 1_000))));
      const breaker = new CircuitBreaker({ tripper });
      succeed(breaker);
      fail(breaker);
      fail(breaker);
      const { detail } = signalOf(breaker, () => fail(breaker));
      expect(detail).toContain('minRequests(4)');
      expect(detail).toContain('failureRate(0.5): 3 of 4 calls failed (0.75)');
      expect(detail).not.toContain('failureStreak');
      expect(detail).not.toContain('slowRate');
    });

    it('`detail`: for a reopening by probes and a recovery, how many of them', () => {
      const breaker = new CircuitBreaker({
        tripper: failureStreak(9),
        retry: always(),
        permit: admitAll(),
        recovery: probes(3, { maxFailureRate: 0.4 }),
      });
      breaker.trip();
      breaker.admit().unsubscribe();
      fail(breaker);
      expect(signalOf(breaker, () => fail(breaker))).toMatchObject({
        reason: 'tripped',
        detail: '2 of 2 probes failed',
      });
      breaker.admit().unsubscribe();
      fail(breaker);
      succeed(breaker);
      expect(signalOf(breaker, () => succeed(breaker))).toMatchObject({
        reason: 'recovered',
        detail: '2 of 3 probes succeeded',
      });
    });

    it('`detail`: a text, also of a tripper whose `explain` returns something else', () => {
      class Careless extends Tripper {
        test(): boolean {
          return true;
        }

        override explain(): string {
          return 5 as unknown as string;
        }
      }
      const breaker = new CircuitBreaker({ tripper: new Careless() });
      expect(signalOf(breaker, () => fail(breaker)).detail).toBe('5');
    });

    it('`detail`: for a reopening while the tripper holds, as for a trip', () => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(1), retry: always(), recovery: () => 'reopen' });
      breaker.trip();
      breaker.halfOpen();
      expect(signalOf(breaker, () => fail(breaker)).detail).toBe('failureStreak(1): 1 failures in a row');
    });

    it('`detail`: for a reopening with a tripper that throws, how many probes failed; its error is reported', () => {
      const tripper = () => {
        throw down;
      };
      const breaker = new CircuitBreaker({ tripper, retry: always(), recovery: () => 'reopen' });
      breaker.trip();
      breaker.halfOpen();
      expect(signalOf(breaker, () => fail(breaker)).detail).toBe('1 of 1 probes failed');
      expect(reported).toHaveBeenCalledExactlyOnceWith(down);
    });

    it('`detail`: for probes of which some were slow, how many', () => {
      const scheduler = new ManualScheduler();
      const recovery = probes(2, { slowAfter: 100, maxSlowRate: 0.5 });
      const breaker = new CircuitBreaker({ scheduler, retry: always(), recovery });
      breaker.trip();
      const slow = breaker.admit();
      scheduler.pass(100);
      slow.complete();
      expect(signalOf(breaker, () => succeed(breaker)).detail).toBe('2 of 2 probes succeeded, 1 slow');
    });

    it('`detail`: for a retry, how long it was open', () => {
      const scheduler = new ManualScheduler(1_000);
      const breaker = new CircuitBreaker({ scheduler, retry: cooldown(25) });
      breaker.trip();
      scheduler.pass(40);
      expect(signalOf(breaker, () => breaker.admit()).detail).toBe('open for 40 ms');
    });
  });

  describe('`state$`', () => {
    it(
      'is the `newState` of every signal, in the same order, after the current state on subscribe',
      marbles((m) => {
        const breaker = new CircuitBreaker();
        const commands = '-t-f-d-c---';
        const early = '   co-f-d-c---';
        const watch = '   ----^------';
        const late = '    ----fd-c---';

        runScript(m, commands, {
          t: () => breaker.trip(),
          f: () => breaker.forceOpen(),
          d: () => breaker.disable(),
          c: () => breaker.reset(),
        });
        m.expect(breaker.state$).toBeObservable(early, states);
        m.expect(breaker.state$, watch).toBeObservable(late, states);
      }),
    );

    it('never repeats a state', () => {
      const breaker = new CircuitBreaker();
      const received = collect(breaker.state$);
      breaker.trip();
      breaker.trip();
      breaker.reset();
      breaker.reset();
      expect(received).toStrictEqual(['closed', 'open', 'closed']);
    });

    it('emits the state then to one who joins during a delivery, and not again', () => {
      const breaker = new CircuitBreaker();
      const late: unknown[][] = [];
      onEach(breaker.signal$, ({ newState }) => {
        if (newState === 'open') late.push(collect(breaker.state$));
        if (newState === 'open') breaker.forceOpen();
        if (newState === 'open') late.push(collect(breaker.state$));
      });
      breaker.trip();
      breaker.reset();
      expect(late).toStrictEqual([
        ['open', 'forced_open', 'closed'],
        ['forced_open', 'closed'],
      ]);
    });

    it('emits to a consumer what its own first value causes, after it', () => {
      const breaker = new CircuitBreaker();
      const other = newStates(breaker);
      const log: string[] = [];
      onEach(breaker.state$, (state) => {
        log.push(`> ${state}`);
        if (state === 'closed') breaker.trip();
        log.push(`< ${state}`);
      });
      expect(log).toStrictEqual(['> closed', '< closed', '> open', '< open']);
      expect(other).toStrictEqual(['open']);
    });

    it('emits nothing more to a consumer that leaves at its first value', () => {
      const breaker = new CircuitBreaker();
      const received = collect(breaker.state$.pipe(take(1)));
      breaker.trip();
      expect(received).toStrictEqual(['closed', '|']);
    });

    it('never errors, though calls and listeners do', () => {
      const listener = (): void => {
        throw down;
      };
      const breaker = new CircuitBreaker({
        tripper: failureStreak(1),
        recovery: byTripper(),
        retry: always(),
        listeners: [listener],
      });
      const received = collect(breaker.state$);
      fail(breaker, down);
      fail(breaker, down);
      succeed(breaker);
      expect(received).toStrictEqual(['closed', 'open', 'half_open', 'open', 'half_open', 'closed']);
    });
  });

  describe('`call$`', () => {
    const events = (breaker: CircuitBreaker): CallEvent[] => collect(breaker.call$) as CallEvent[];

    it('is one event a call and one a rejection', () => {
      const scheduler = new ManualScheduler(10);
      const breaker = new CircuitBreaker({
        name: 'stock',
        scheduler,
        tracker: (error) => error === down,
        tripper: failureStreak(9),
      });
      const received = events(breaker);
      const calls = [0, 1, 2, 3].map(() => breaker.admit());
      scheduler.pass(5);
      calls[0]?.complete();
      calls[1]?.error(down);
      const other = new Error('other');
      calls[2]?.error(other);
      calls[3]?.unsubscribe();
      breaker.forceOpen();
      expect(() => breaker.admit()).toThrow('forced_open');
      const base = { name: 'stock', state: 'closed', timestamp: 15, duration: 5, stale: false };
      expect(received).toStrictEqual([
        { ...base, type: 'success', error: undefined },
        { ...base, type: 'failure', error: down },
        { ...base, type: 'ignored', error: other },
        { ...base, type: 'cancelled', error: undefined },
        {
          ...base,
          type: 'rejected',
          state: 'forced_open',
          duration: 0,
          error: expect.objectContaining({ name: 'CallNotPermittedError' }) as unknown,
        },
      ]);
      expect(received.every((event) => Object.isFrozen(event))).toBe(true);
    });

    it('`state` is the state at admission, and `stale` marks that it is over', () => {
      const breaker = new CircuitBreaker();
      const received = events(breaker);
      const call = breaker.admit();
      breaker.metricsOnly();
      call.complete();
      succeed(breaker);
      expect(received).toMatchObject([
        { type: 'success', state: 'closed', stale: true },
        { type: 'success', state: 'metrics_only', stale: false },
      ]);
    });

    it('calls made while disabled emit nothing', () => {
      const breaker = new CircuitBreaker();
      breaker.disable();
      const received = events(breaker);
      succeed(breaker);
      fail(breaker);
      const call = breaker.admit();
      breaker.reset();
      call.complete();
      expect(received).toStrictEqual([]);
    });

    it('a call admitted before is reported while disabled', () => {
      const breaker = new CircuitBreaker();
      const received = events(breaker);
      const call = breaker.admit();
      breaker.disable();
      call.complete();
      expect(received).toMatchObject([{ state: 'closed', stale: true }]);
    });

    it('emits a call before its signal, in the order of what happened', () => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(1), retry: never() });
      const log: string[] = [];
      onEach(breaker.signal$, ({ newState }) => log.push(newState));
      onEach(breaker.call$, ({ type }) => {
        log.push(type);
        if (type === 'failure') collect(of(1).pipe(circuitBreaker(breaker)));
      });
      fail(breaker);
      expect(log).toStrictEqual(['failure', 'open', 'rejected']);
    });

    it('costs nothing without a subscriber: no event is made', () => {
      const freeze = vi.spyOn(Object, 'freeze');
      const breaker = new CircuitBreaker();
      breaker.metricsOnly();
      const call = breaker.admit();
      breaker.call$.subscribe().unsubscribe();
      freeze.mockClear();
      call.complete();
      breaker.forceOpen();
      const made = freeze.mock.calls.map(([object]) => object as object);
      expect(made.some((object) => 'stale' in object)).toBe(false);
      freeze.mockClear();
      expect(() => breaker.admit()).toThrow('forced_open');
      expect(freeze).not.toHaveBeenCalled();
    });
  });

  it('`state$` never repeats a state, also when the due moment falls into the subscription', () => {
    let now = 0;
    const scheduler: SchedulerLike = { now: () => now++, schedule: () => new Subscription() };
    for (const wait of [0, 1, 2, 3, 4, 5, 6]) {
      const breaker = new CircuitBreaker({ scheduler, retry: () => wait });
      breaker.trip();
      const received = collect(breaker.state$);
      expect(received.filter((state, i) => state === received[i - 1])).toStrictEqual([]);
      expect(received.at(-1)).toBe(breaker.state);
    }
  });

  it('`state$` never repeats a state, also when a scheduler runs at once what is due', () => {
    let again = true;
    const breaker = new CircuitBreaker({
      scheduler: queueScheduler,
      retry: () => 0,
      listeners: [
        ({ newState }) => {
          if (newState === 'half_open' && again) {
            again = false;
            breaker.trip();
          }
        },
      ],
    });
    breaker.trip();
    expect(collect(breaker.state$)).toStrictEqual(['open', 'half_open']);
  });
});
