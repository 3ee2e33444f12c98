import { NEVER, of, throwError, type Observable, type SchedulerAction, type Subscription } from 'rxjs';
import {
  byTripper,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  countWindow,
  failureStreak,
  type Call,
  type SlidingWindow,
} from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { subscriberOf } from '../model/callers.ts';
import { collect } from '../support/collect.ts';
import { getCallTypes } from '../support/get-call-types.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { fail, succeed } from '../support/script.ts';
import { spyOnReports } from '../support/spy-on-reports.ts';

/** Each signal begins where the last one ended, and the last one is the state. */
function expectChain(breaker: CircuitBreaker, signals: { oldState: string; newState: string }[]): void {
  let state = 'closed';
  for (const { oldState, newState } of signals) {
    expect(oldState).toBe(state);
    expect(newState).not.toBe(oldState);
    state = newState;
  }
  expect(breaker.state).toBe(state);
}

const commands = ['reset', 'trip', 'halfOpen', 'disable', 'metricsOnly', 'forceOpen'] as const;

describe('a window that gives a command', () => {
  describe.each(['record', 'getMetric', 'reset'] as const)('in its %s()', (method) => {
    it.each(commands)('%s(): the signals stay in order', (command) => {
      let armed = false;
      const inner = countWindow(10)();
      const act = (where: string): void => {
        if (where !== method || !armed) return;
        armed = false;
        breaker[command]();
      };
      const window = (): SlidingWindow => ({
        record: (record) => {
          act('record');
          inner.record(record);
        },
        getMetric: (now) => {
          act('getMetric');
          return inner.getMetric(now);
        },
        reset: () => {
          act('reset');
          inner.reset();
        },
      });
      const signals: { oldState: string; newState: string }[] = [];
      const breaker = new CircuitBreaker({
        window,
        tripper: failureStreak(1),
        retry: () => 0,
        recovery: byTripper(),
        scheduler: new ManualScheduler(),
        listeners: [(signal) => void signals.push(signal)],
      });
      const states = collect(breaker.state$);
      armed = true;
      for (const call of [fail, succeed, fail, succeed]) {
        try {
          call(breaker);
        } catch {
          // Rejected.
        }
        expectChain(breaker, signals);
      }
      expect(states).toStrictEqual(['closed', ...signals.map(({ newState }) => newState)]);
      breaker.reset();
      expectChain(breaker, signals);
      expect(breaker.info().inFlight).toBe(0);
    });
  });
});

describe('a scheduler whose now() re-enters', () => {
  class Reentrant extends ManualScheduler {
    onNow: (() => void) | undefined;

    override now(): number {
      const act = this.onNow;
      this.onNow = undefined;
      act?.();
      return super.now();
    }
  }

  const acts: [string, (breaker: CircuitBreaker) => void][] = [
    ...commands.map((command): [string, (breaker: CircuitBreaker) => void] => [command, (b) => b[command]()]),
    ['a failing call', (breaker) => collect(throwError(() => new Error('down')).pipe(circuitBreaker(breaker)))],
    ['a call that succeeds', (breaker) => collect(of(1).pipe(circuitBreaker(breaker)))],
    ['a subscriber', (breaker) => collect(breaker.state$)],
    ['dispose', (breaker) => breaker.dispose()],
  ];

  const moments: [string, (breaker: CircuitBreaker) => void][] = [
    ['a call', (breaker) => collect(of(1).pipe(circuitBreaker(breaker)))],
    ['a failing call', (breaker) => collect(throwError(() => new Error('down')).pipe(circuitBreaker(breaker)))],
    ['a call that stays', (breaker) => collect(NEVER.pipe(circuitBreaker(breaker)))],
    ['info()', (breaker) => breaker.info()],
    ['trip()', (breaker) => breaker.trip()],
    ['halfOpen()', (breaker) => breaker.halfOpen()],
    ['a subscriber', (breaker) => collect(breaker.state$)],
  ];

  const ways: [string, (breaker: CircuitBreaker) => void][] = [
    ['closed', () => undefined],
    ['open', (breaker) => breaker.trip()],
    ['half_open', (breaker) => breaker.halfOpen()],
  ];

  const cases = ways.flatMap(([state, enter]) =>
    moments.flatMap(([moment, happen]) => acts.map(([act, does]) => ({ state, enter, moment, happen, act, does }))),
  );

  it.each(cases)('with $act at $moment while $state: signals in order, no place lost', ({ enter, happen, does }) => {
    for (let reading = 1; reading <= 4; reading++) {
      const scheduler = new Reentrant();
      const signals: { oldState: string; newState: string }[] = [];
      const breaker = new CircuitBreaker({
        tripper: failureStreak(1),
        retry: () => 0,
        recovery: byTripper(),
        scheduler,
        listeners: [(signal) => void signals.push(signal)],
      });
      enter(breaker);
      // At the nth reading.
      const arm = (left: number): void => {
        scheduler.onNow = left === 1 ? () => does(breaker) : () => arm(left - 1);
      };
      arm(reading);
      happen(breaker);
      scheduler.onNow = undefined;
      if (!signals.some(({ newState }) => newState === breaker.state) && breaker.state === 'disabled') continue;
      expectChain(breaker, signals);
      const { inFlight } = breaker.info();
      expect(inFlight).toBeGreaterThanOrEqual(0);
      expect(inFlight).toBeLessThanOrEqual(1);
    }
  });
});

describe('a stack overflow at an unlucky depth', () => {
  spyOnReports();

  /** Does something with so many calls on the stack; returns whether it did not overflow. */
  function fits(depth: number, act: () => void): boolean {
    const dive = (left: number): void => (left > 0 ? dive(left - 1) : act());
    try {
      dive(depth);
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }

  /** Does something with more and more of the stack left, from too little on. */
  function atEachDepth(act: () => void, check: () => void): { overflows: number } {
    let depth = 1_000;
    while (fits(depth, () => undefined)) depth += 500;
    let overflows = 0;
    for (let successes = 0; successes < 50 && depth > 0; depth--) {
      if (fits(depth, act)) successes++;
      else overflows++;
      check();
    }
    return { overflows };
  }

  /** Makes a call; returns what gives it up, as far as it came. */
  type MakeCall = (breaker: CircuitBreaker) => { run: () => void; giveUp: () => void };

  function admitted(end: (call: Call<unknown>) => void): MakeCall {
    return (breaker) => {
      let call: Call<unknown> | undefined;
      return {
        run: () => {
          call = breaker.admit();
          end(call);
        },
        giveUp: () => call?.unsubscribe(),
      };
    };
  }

  function piped(source$: Observable<unknown>): MakeCall {
    return (breaker) => {
      const guarded$ = source$.pipe(circuitBreaker(breaker));
      const subscriber = subscriberOf<unknown>({ next: ignore, error: ignore, complete: ignore });
      return { run: () => guarded$.subscribe(subscriber), giveUp: () => subscriber.unsubscribe() };
    };
  }

  const down = new Error('down');
  const calls: [string, MakeCall][] = [
    ['admit() and complete()', admitted((call) => call.complete())],
    ['admit() and error()', admitted((call) => call.error(down))],
    ['admit() and unsubscribe()', admitted((call) => call.unsubscribe())],
    ['a pipe that completes', piped(of(1))],
    ['a pipe that errs', piped(throwError(() => down))],
    ['a pipe that hangs', piped(NEVER)],
  ];

  it.each(calls)(
    'leaves no place taken by a call that was given up: %s',
    (_, make) => {
      for (const state of ['closed', 'half_open']) {
        const breaker = new CircuitBreaker({ tripper: () => false, recovery: () => undefined, maxProbes: 1_000 });
        if (state === 'half_open') breaker.halfOpen();
        const taken: number[] = [];
        let call = make(breaker);
        const { overflows } = atEachDepth(
          () => call.run(),
          () => {
            call.giveUp();
            taken.push(breaker.info().inFlight);
            call = make(breaker);
          },
        );
        expect(overflows).toBeGreaterThan(10);
        expect(taken.filter((places) => places !== 0)).toStrictEqual([]);
      }
    },
    60_000,
  );
});

function ignore(): void {
  // What comes of a call is of no interest here.
}

describe('a scheduler whose schedule() re-enters', () => {
  class Reentrant extends ManualScheduler {
    hook: (() => void) | undefined = undefined;

    override schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription {
      const { hook } = this;
      this.hook = undefined;
      hook?.();
      return super.schedule(work, delay, state);
    }
  }

  it.each<[string, (breaker: CircuitBreaker, leave: () => void) => void]>([
    ['the last watcher leaves', (_, leave) => leave()],
    ['reset()', (breaker) => breaker.reset()],
    ['dispose()', (breaker) => breaker.dispose()],
  ])('leaves no alarm behind: %s', (_, act) => {
    const scheduler = new Reentrant();
    const breaker = new CircuitBreaker({ scheduler, retry: cooldown(10) });
    const watcher = breaker.state$.subscribe({ error: ignore });
    scheduler.hook = () => act(breaker, () => watcher.unsubscribe());
    breaker.trip();
    expect(scheduler.timers).toBe(0);
  });

  it('sets one alarm for a watcher that leaves and another that comes', () => {
    const scheduler = new Reentrant();
    const breaker = new CircuitBreaker({ scheduler, retry: cooldown(10) });
    const watcher = breaker.state$.subscribe({ error: ignore });
    const states: string[] = [];
    scheduler.hook = () => {
      watcher.unsubscribe();
      breaker.state$.subscribe({ next: (state) => states.push(state), error: ignore });
    };
    breaker.trip();
    expect(scheduler.timers).toBe(1);
    scheduler.pass(10);
    expect(states).toStrictEqual(['open', 'half_open']);
  });

  it.each(['reset', 'forceOpen', 'dispose'] as const)('leaves no time-out of a probe behind: %s()', (command) => {
    const scheduler = new Reentrant();
    const breaker = new CircuitBreaker({ scheduler });
    const types = collect(getCallTypes(breaker));
    breaker.halfOpen();
    scheduler.hook = () => breaker[command]();
    breaker.admit();
    scheduler.pass(60_000);
    expect(scheduler.timers).toBe(0);
    expect(types.filter((type) => type !== '|')).toStrictEqual([]);
  });
});
