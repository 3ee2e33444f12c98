import { map, of } from 'rxjs';
import {
  admitAll,
  always,
  byTripper,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  failureStreak,
  probes,
  Tripper,
  type CallContext,
  type State,
} from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { marbles } from '../support/marbles.ts';
import { fail, runScript, states, succeed } from '../support/script.ts';

type Command = 'reset' | 'trip' | 'halfOpen' | 'disable' | 'metricsOnly' | 'forceOpen' | 'dispose';

const WAYS: Record<State, (breaker: CircuitBreaker) => void> = {
  closed: () => undefined,
  open: (breaker) => breaker.trip(),
  half_open: (breaker) => {
    breaker.trip();
    breaker.admit().unsubscribe();
  },
  metrics_only: (breaker) => breaker.metricsOnly(),
  disabled: (breaker) => breaker.disable(),
  forced_open: (breaker) => breaker.forceOpen(),
};

const TARGETS: Record<Command, State> = {
  reset: 'closed',
  trip: 'open',
  halfOpen: 'half_open',
  disable: 'disabled',
  metricsOnly: 'metrics_only',
  forceOpen: 'forced_open',
  dispose: 'disabled',
};

const STATES = Object.keys(WAYS) as State[];
const COMMANDS = Object.keys(TARGETS) as Command[];
const CASES = STATES.flatMap((from) => COMMANDS.map((command) => ({ from, command, to: TARGETS[command] })));

describe('commands', () => {
  it.each(CASES)('$command() while $from leads to $to', ({ from, command, to }) => {
    const scheduler = new ManualScheduler();
    const breaker = new CircuitBreaker({ retry: always(), permit: admitAll(), scheduler });
    const received = collect(
      breaker.signal$.pipe(map(({ oldState, newState, reason }) => [oldState, newState, reason])),
    );
    WAYS[from](breaker);
    expect(breaker.state).toBe(from);
    received.length = 0;
    breaker[command]();

    expect(breaker.state).toBe(to);
    if (command === 'dispose') expect(received).toStrictEqual(['|']);
    else expect(received).toStrictEqual(from === to ? [] : [[from, to, 'manual']]);
  });

  it(
    'are signalled as `manual`, with the command as the detail',
    marbles((m) => {
      const breaker = new CircuitBreaker();
      const commands = '-t-f-d-m-r---';
      const signals = ' -t-f-d-m-r---';

      runScript(m, commands, {
        t: () => breaker.trip(),
        f: () => breaker.forceOpen(),
        d: () => breaker.disable(),
        m: () => breaker.metricsOnly(),
        r: () => breaker.reset(),
      });
      const received$ = breaker.signal$.pipe(map(({ reason, detail }) => `${reason}: ${detail}`));
      m.expect(received$).toBeObservable(signals, {
        t: 'manual: trip()',
        f: 'manual: forceOpen()',
        d: 'manual: disable()',
        m: 'manual: metricsOnly()',
        r: 'manual: reset()',
      });
    }),
  );

  describe('a command that would not change the state is a no-op', () => {
    it.each([
      ['trip', 'open'],
      ['forceOpen', 'forced_open'],
      ['metricsOnly', 'metrics_only'],
      ['disable', 'disabled'],
    ] as const)('%s() while %s', (command, state) => {
      const scheduler = new ManualScheduler();
      const retry = vi.fn(() => 1_000);
      const breaker = new CircuitBreaker({ scheduler, retry });
      breaker[command]();
      expect(breaker.state).toBe(state);
      if (state === 'metrics_only') fail(breaker);
      const inFlight = state === 'metrics_only' || state === 'disabled' ? 1 : 0;
      if (inFlight) breaker.admit();
      const info = breaker.info();
      scheduler.pass(10);
      breaker[command]();
      expect(breaker.info()).toEqual({ ...info, metric: expect.objectContaining(measured(info.metric)) as unknown });
      expect(breaker.info().inFlight).toBe(inFlight);
      expect(retry).toHaveBeenCalledTimes(state === 'open' ? 1 : 0);
    });

    const measured = ({ totalCount, failureCount }: { totalCount: number; failureCount: number }): object => ({
      totalCount,
      failureCount,
    });

    it(
      'nor does it postpone the retry',
      marbles((m) => {
        const breaker = new CircuitBreaker({ retry: cooldown(5) });
        const commands = '-t--t------';
        const state = '   co----h----';

        runScript(m, commands, { t: () => breaker.trip() });
        m.expect(breaker.state$).toBeObservable(state, states);
      }),
    );
  });

  describe('`reset()` while closed', () => {
    it('clears window and streaks', () => {
      const contexts: CallContext[] = [];
      const breaker = new CircuitBreaker({
        tripper: (context) => {
          contexts.push(context);
          return false;
        },
      });
      const received = collect(breaker.signal$);
      fail(breaker);
      fail(breaker);
      breaker.reset();
      expect(breaker.info().metric.totalCount).toBe(0);
      expect(received).toStrictEqual([]);
      fail(breaker);
      expect(contexts.at(-1)).toMatchObject({ consecutiveFailures: 1, metric: { totalCount: 1 } });
      succeed(breaker);
      succeed(breaker);
      breaker.reset();
      succeed(breaker);
      expect(contexts.at(-1)).toMatchObject({ consecutiveSuccesses: 1 });
    });

    it(
      'leaves the epoch, `changedAt` and the calls in flight',
      marbles((m) => {
        const contexts: CallContext[] = [];
        const tripper = Tripper.from((context) => {
          contexts.push(context);
          return false;
        });
        const breaker = new CircuitBreaker({ tripper });
        const source$ = m.cold('------#');
        const expected = '      ------#';
        const commands = '      -f-r---';

        m.expect(source$.pipe(circuitBreaker(breaker))).toBeObservable(expected);
        runScript(m, commands, {
          f: () => fail(breaker),
          r: () => {
            breaker.reset();
            expect(breaker.info()).toMatchObject({ changedAt: 0, inFlight: 1 });
          },
        });
        m.flush();
        expect(breaker.info()).toMatchObject({ changedAt: 0, inFlight: 0, metric: { totalCount: 1, failureCount: 1 } });
        expect(contexts.at(-1)).toMatchObject({ failures: 2, consecutiveFailures: 1, changedAt: 0 });
      }),
    );
  });

  it('`trip()` asks the retry, `forceOpen()` does not', () => {
    const retry = vi.fn(() => 5);
    const breaker = new CircuitBreaker({ retry });
    breaker.forceOpen();
    expect(retry).not.toHaveBeenCalled();
    expect(breaker.info().retryAt).toBeUndefined();
    breaker.trip();
    expect(retry).toHaveBeenCalledOnce();
  });

  it('`trip()` while half-open counts a reopen', () => {
    const breaker = new CircuitBreaker({ retry: always() });
    WAYS.half_open(breaker);
    breaker.trip();
    expect(breaker.info()).toMatchObject({ state: 'open', reopens: 1 });
  });

  it(
    '`forced_open`, `disabled` and `metrics_only` stay until another command',
    marbles((m) => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(1), retry: cooldown(2) });
      const commands = '-f 9ms d 9ms m 9ms r';
      const calls = '   ---a 9ms a 9ms a---';
      const state = '   cf 9ms d 9ms m 9ms c';

      runScript(m, commands, {
        f: () => breaker.forceOpen(),
        d: () => breaker.disable(),
        m: () => breaker.metricsOnly(),
        r: () => breaker.reset(),
      });
      runScript(m, calls, {
        a: () => {
          if (breaker.state === 'forced_open') expect(() => breaker.admit()).toThrow('forced_open');
          else fail(breaker);
        },
      });
      m.expect(breaker.state$).toBeObservable(state, states);
    }),
  );

  it(
    'win over calls in flight',
    marbles((m) => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(1), retry: cooldown(2), permit: admitAll() });
      const failing$ = m.cold('----#------');
      const commands = '      -r-t-r-----';
      const late$ = m.cold('   --------|  ');
      const late = '          ----^      ';
      const state = '         c--o-c-----';

      m.expect(failing$.pipe(circuitBreaker(breaker))).toBeObservable('----#');
      runScript(m, commands, { t: () => breaker.trip(), r: () => breaker.reset() });
      m.expect(breaker.state$).toBeObservable(state, states);
      // Rejected, so that nothing of it is in flight.
      m.expect(late$.pipe(circuitBreaker(breaker)), late).toBeObservable(
        '----#',
        undefined,
        new CallRejected('Circuit "circuit-breaker" is open: call not permitted, retry after 1 ms'),
      );
    }),
  );

  it('an outcome from before a command changes nothing after it', () => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(1), retry: always(), permit: admitAll() });
    const closedCall = breaker.admit();
    WAYS.half_open(breaker);
    const probe = breaker.admit();
    breaker.forceOpen();
    closedCall.error(new Error('late'));
    probe.complete();
    expect(breaker.info()).toMatchObject({ state: 'forced_open', inFlight: 0, metric: { totalCount: 0 } });
    breaker.reset();
    expect(breaker.info()).toMatchObject({ state: 'closed', inFlight: 0, metric: { totalCount: 0 } });
  });

  describe('used by what the user supplies', () => {
    it('by a tripper: the command has the last word', () => {
      const breaker = new CircuitBreaker({
        tripper: () => {
          breaker.disable();
          return true;
        },
      });
      const received = collect(breaker.state$);
      fail(breaker);
      expect(received).toStrictEqual(['closed', 'disabled']);
    });

    it('by a tripper that trips: one opening, by the command', () => {
      const retry = vi.fn(() => 1_000);
      const breaker = new CircuitBreaker({
        retry,
        tripper: () => {
          breaker.trip();
          return true;
        },
      });
      const received = collect(breaker.signal$.pipe(map(({ newState, reason }) => `${newState}: ${reason}`)));
      fail(breaker);
      expect(received).toStrictEqual(['open: manual']);
      expect(retry).toHaveBeenCalledOnce();
    });

    it('by a recovery: the command has the last word', () => {
      const breaker = new CircuitBreaker({
        retry: ({ reopens }) => (reopens === 0 ? 0 : Infinity),
        recovery: () => {
          breaker.trip();
          return 'close';
        },
      });
      breaker.trip();
      const received = collect(breaker.state$);
      succeed(breaker);
      expect(received).toStrictEqual(['half_open', 'open']);
      expect(breaker.info().reopens).toBe(1);
    });

    it.each(['forceOpen', 'disable', 'metricsOnly'] as const)(
      'by a retry: the command has the last word: %s()',
      (command) => {
        const breaker = new CircuitBreaker({
          tripper: failureStreak(1),
          retry: () => {
            breaker[command]();
            return 0;
          },
        });
        const received = collect(breaker.state$);
        fail(breaker);
        expect(received).toStrictEqual(['closed', TARGETS[command]]);
        expect(breaker.info().retryAt).toBeUndefined();
      },
    );

    it('by a retry that trips: a command that would not change the state is a no-op', () => {
      const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      const retry = vi.fn(() => {
        breaker.trip();
        return 1_000;
      });
      const breaker = new CircuitBreaker({ retry });
      const received = collect(breaker.state$);
      breaker.trip();
      expect(received).toStrictEqual(['closed', 'open']);
      expect(reported).not.toHaveBeenCalled();
      expect(retry).toHaveBeenCalledOnce();
    });

    it.each(['reset', 'metricsOnly'] as const)(
      'by a permit: the call is judged in the state found then: %s()',
      (command) => {
        const scheduler = new ManualScheduler();
        const breaker = new CircuitBreaker({
          scheduler,
          retry: always(),
          permit: () => {
            breaker[command]();
            return false;
          },
        });
        breaker.trip();
        const call = breaker.admit();
        expect(breaker.info()).toMatchObject({ state: TARGETS[command], inFlight: 1, rejected: 0 });
        // It is no probe.
        expect(scheduler.timers).toBe(0);
        call.error(new Error('down'));
        expect(breaker.info()).toMatchObject({ state: TARGETS[command], inFlight: 0, metric: { failureCount: 1 } });
      },
    );

    it('by a permit: a circuit that it forces open lets nothing through', () => {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({
        scheduler,
        retry: always(),
        permit: () => {
          breaker.forceOpen();
          return true;
        },
      });
      breaker.trip();
      expect(() => breaker.admit()).toThrow('forced_open');
      expect(breaker.info()).toMatchObject({ state: 'forced_open', inFlight: 0 });
      expect(scheduler.timers).toBe(0);
    });

    it('by a permit that trips: the circuit stays open for this call, though the retry is due again', () => {
      const breaker = new CircuitBreaker({
        retry: always(),
        permit: () => {
          breaker.trip();
          return true;
        },
      });
      breaker.trip();
      expect(() => breaker.admit()).toThrow('is open');
      expect(breaker.info()).toMatchObject({ state: 'open', reopens: 1, inFlight: 0 });
    });

    it('by a tracker: the outcome is of an earlier epoch then', () => {
      const breaker = new CircuitBreaker({
        tripper: failureStreak(1),
        tracker: () => {
          breaker.metricsOnly();
          return true;
        },
      });
      fail(breaker);
      expect(breaker.info()).toMatchObject({ state: 'metrics_only', inFlight: 0, metric: { totalCount: 0 } });
    });

    it('by a classifier: the outcome is of an earlier epoch then', () => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
      const call = breaker.admit(() => {
        breaker.metricsOnly();
        return 'failure';
      });
      call.next('down');
      expect(breaker.info()).toMatchObject({ state: 'metrics_only', inFlight: 0, metric: { totalCount: 0 } });
    });
  });

  describe('`why`', () => {
    it.each(['trip', 'halfOpen', 'disable', 'metricsOnly', 'forceOpen'] as const)(
      'is a text for `Signal.detail`: %s(why)',
      (command) => {
        const breaker = new CircuitBreaker({ scheduler: new ManualScheduler() });
        const details = collect(breaker.signal$.pipe(map(({ detail }) => detail)));
        breaker[command]();
        breaker.reset('by hand');
        breaker[command]('maintenance until 14:00');
        expect(details).toStrictEqual([`${command}()`, 'reset(): by hand', `${command}(): maintenance until 14:00`]);
      },
    );

    it('changes nothing of a command that is a no-op', () => {
      const breaker = new CircuitBreaker();
      breaker.forceOpen('first');
      breaker.forceOpen('second');
      expect(breaker.info().lastSignal?.detail).toBe('forceOpen(): first');
    });

    it.each([{ type: 'click' }, 1, null])('is refused if it is no text, such as %o', (why) => {
      const breaker = new CircuitBreaker();
      expect(() => breaker.trip(why as unknown as string)).toThrow(/^trip: why must be a text/);
      expect(breaker.state).toBe('closed');
    });

    it.each(['reset', 'trip', 'halfOpen', 'disable', 'metricsOnly', 'forceOpen'] as const)(
      'is refused by %s() if it is no text, also in the state that it leads to',
      (command) => {
        const breaker = new CircuitBreaker();
        breaker[command]();
        collect(of(1).pipe(circuitBreaker(breaker)));
        const before = breaker.info();
        expect(() => breaker[command](1 as unknown as string)).toThrow(`${command}: why must be a text`);
        expect(breaker.info()).toStrictEqual(before);
      },
    );
  });

  describe('`halfOpen()`', () => {
    it(
      'lets probes through there and then, from any state',
      marbles((m) => {
        const breaker = new CircuitBreaker({ recovery: byTripper() });
        const commands = '-f---h---s---o--h----';
        const state = '   cf---h---c---o--h----';
        runScript(m, commands, {
          f: () => breaker.forceOpen(),
          h: () => breaker.halfOpen(),
          s: () => succeed(breaker),
          o: () => breaker.trip(),
        });
        m.expect(breaker.state$).toBeObservable(state, states);
      }),
    );

    it('asks no retry, and drops the timer of the open state', () => {
      const retry = vi.fn(() => 1_000);
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ retry, scheduler });
      collect(breaker.state$);
      breaker.halfOpen();
      expect(retry).not.toHaveBeenCalled();
      breaker.trip();
      expect(scheduler.timers).toBe(1);
      breaker.halfOpen();
      expect(scheduler.timers).toBe(0);
      scheduler.pass(5_000);
      expect(breaker.state).toBe('half_open');
    });

    it('keeps the reopens, which a failed recovery counts on', () => {
      const breaker = new CircuitBreaker({
        retry: () => Infinity,
        recovery: probes(1),
        scheduler: new ManualScheduler(),
      });
      breaker.halfOpen();
      expect(breaker.info().reopens).toBe(0);
      fail(breaker);
      expect(breaker.info()).toMatchObject({ state: 'open', reopens: 1 });
      breaker.halfOpen();
      expect(breaker.info().reopens).toBe(1);
      fail(breaker);
      expect(breaker.info().reopens).toBe(2);
    });

    it('while half-open is a no-op: places and counts stay', () => {
      const breaker = new CircuitBreaker({ maxProbes: 1, scheduler: new ManualScheduler() });
      breaker.halfOpen();
      breaker.admit();
      const before = breaker.info();
      breaker.halfOpen('again');
      expect(breaker.info()).toStrictEqual(before);
    });
  });
});

/** As marbles compare errors: by name and message. */
class CallRejected extends Error {
  override name = 'CallNotPermittedError';
}
