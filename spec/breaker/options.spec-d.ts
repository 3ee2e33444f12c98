import {
  CircuitBreaker,
  countWindow,
  instanceOf,
  metricOf,
  Tracker,
  Tripper,
  type CallContext,
  type CallRecord,
  type CircuitBreakerOptions,
  type Metric,
  type Opening,
  type ProbeContext,
  type Signal,
  type SlidingWindow,
} from 'rxjs-fluxgate';
import { asapScheduler, fromEvent, interval, of, timer } from 'rxjs';
import { AjaxError } from 'rxjs/ajax';
import { TestScheduler } from 'rxjs/testing';
import { describe, expectTypeOf, it } from 'vitest';

const metric = metricOf({ totalCount: 0, failureCount: 0, totalDuration: 0, slowCounts: new Map() });

describe('components written in the options', () => {
  it('should need no types', () => {
    new CircuitBreaker({
      window: () => ({
        record(record) {
          expectTypeOf(record).toEqualTypeOf<CallRecord>();
        },
        getMetric(now) {
          expectTypeOf(now).toBeNumber();
          return metric;
        },
        reset() {
          // Nothing to forget.
        },
      }),
      tracker: (error) => {
        expectTypeOf(error).toBeUnknown();
        return error instanceof TypeError;
      },
      tripper: (context) => {
        expectTypeOf(context).toEqualTypeOf<CallContext>();
        return context.failures > 5;
      },
      retry: (opening) => {
        expectTypeOf(opening).toEqualTypeOf<Opening>();
        return 1_000 * opening.reopens;
      },
      permit: (probe) => {
        expectTypeOf(probe).toEqualTypeOf<ProbeContext>();
        return probe.inFlight === 0;
      },
      recovery: (context, tripper) => {
        expectTypeOf(context).toEqualTypeOf<CallContext>();
        expectTypeOf(tripper).toEqualTypeOf<Tripper>();
        return context.outcome === 'success' ? 'close' : tripper.test(context) ? 'reopen' : undefined;
      },
      listeners: [
        (signal) => {
          expectTypeOf(signal).toEqualTypeOf<Signal>();
        },
        async (signal) => {
          expectTypeOf(signal).toEqualTypeOf<Signal>();
          await Promise.resolve();
        },
      ],
      random: () => 0.5,
    });
  });

  it('should know the context in composed plain functions', () => {
    const tripper = Tripper.from((context) => {
      expectTypeOf(context).toEqualTypeOf<CallContext>();
      return true;
    });
    expectTypeOf(tripper.and(({ metric: { totalCount } }) => totalCount > 5)).toEqualTypeOf<Tripper>();
    expectTypeOf(tripper.not()).toEqualTypeOf<Tripper>();
    expectTypeOf(Tracker.from((error) => error === 5).or((error) => error === 6)).toEqualTypeOf<Tracker>();
  });

  it.each([
    (): CircuitBreakerOptions => ({ retry: () => 0 }),
    (): CircuitBreakerOptions => ({ retry: () => Infinity }),
    (): CircuitBreakerOptions => ({ retry: () => timer(1_000) }),
    (): CircuitBreakerOptions => ({ retry: () => fromEvent(globalThis, 'online') }),
    (): CircuitBreakerOptions => ({ retry: () => Promise.resolve('up') }),
    (): CircuitBreakerOptions => ({ retry: async () => fetch('/health') }),
    (): CircuitBreakerOptions => ({
      retry: ({ reopens, scheduler }) => (reopens > 3 ? Infinity : interval(5, scheduler)),
    }),
  ])('should take numbers, Observables and promises of retries', (options) => {
    expectTypeOf(options).returns.toEqualTypeOf<CircuitBreakerOptions>();
  });

  it('should take any scheduler of RxJS', () => {
    new CircuitBreaker({ scheduler: asapScheduler });
    new CircuitBreaker({ scheduler: new TestScheduler(() => true) });
  });

  it('should take listeners of any iterable', () => {
    const states: string[] = [];
    const listener = ({ newState }: Signal): void => void states.push(newState);
    new CircuitBreaker({ listeners: new Set([listener]) });
    new CircuitBreaker({ listeners: [listener].values() });
    new CircuitBreaker({ listeners: Object.freeze([listener]) });
  });

  it('should take the error classes of RxJS and of users, abstract ones too', () => {
    abstract class Base extends Error {
      protected constructor(text: string, code: number) {
        super(text + String(code));
      }
    }
    class Derived extends Base {
      constructor(code: number) {
        super('', code);
      }
    }
    expectTypeOf(instanceOf(AjaxError, TypeError, Derived)).toEqualTypeOf<Tracker>();
  });
});

describe('components that users extend', () => {
  it('should need the least', () => {
    class AnyNumber extends Tracker {
      test(error: unknown): boolean {
        return typeof error === 'number';
      }
    }
    class Busy extends Tripper {
      test({ inFlight }: CallContext): boolean {
        return inFlight > 10;
      }
    }
    class Nothing implements SlidingWindow {
      record(): void {
        // Nothing to hold.
      }
      getMetric(): Metric {
        return metric;
      }
      reset(): void {
        // Nothing to forget.
      }
    }
    new CircuitBreaker({ tracker: new AnyNumber(), tripper: new Busy().not(), window: () => new Nothing() });
  });

  it('should iterate over trippers', () => {
    for (const part of Tripper.from(() => true)) expectTypeOf(part).toEqualTypeOf<Tripper>();
  });
});

describe('undefined', () => {
  it('should stand for every default', () => {
    const options: Record<keyof CircuitBreakerOptions, undefined> = {
      name: undefined,
      window: undefined,
      tracker: undefined,
      untracked: undefined,
      tripper: undefined,
      retry: undefined,
      permit: undefined,
      recovery: undefined,
      maxProbes: undefined,
      probeTimeout: undefined,
      listeners: undefined,
      scheduler: undefined,
      random: undefined,
    };
    new CircuitBreaker(options);
  });
});

describe('what the options must not take', () => {
  it('should refuse misspelt options', () => {
    // @ts-expect-error -- tripper
    const options: CircuitBreakerOptions = { triper: () => true };
    // @ts-expect-error -- maxProbes
    const more: CircuitBreakerOptions = { maxprobes: 1 };
    expectTypeOf([options, more]).toBeArray();
  });

  it.each([
    // @ts-expect-error -- a tracker returns yes or no
    (): CircuitBreakerOptions => ({ tracker: () => 'yes' }),
    // @ts-expect-error -- a promise would always be true
    (): CircuitBreakerOptions => ({ tracker: () => Promise.resolve(true) }),
    // @ts-expect-error -- a class is no tracker: instanceOf(TypeError)
    (): CircuitBreakerOptions => ({ tracker: TypeError }),
    // @ts-expect-error -- an error is not known to be one
    (): CircuitBreakerOptions => ({ tracker: (error: Error) => error.message === '' }),
    // @ts-expect-error -- a tripper returns yes or no
    (): CircuitBreakerOptions => ({ tripper: ({ failures }: CallContext) => failures }),
    // @ts-expect-error -- a tripper is no tracker
    (): CircuitBreakerOptions => ({ tracker: Tripper.from(() => true) }),
    // @ts-expect-error -- a tracker is no tripper
    (): CircuitBreakerOptions => ({ tripper: Tracker.from(() => true) }),
    // @ts-expect-error -- a window is not its factory
    (): CircuitBreakerOptions => ({ window: countWindow(100)() }),
    // @ts-expect-error -- a number is no retry: cooldown(60_000)
    (): CircuitBreakerOptions => ({ retry: 60_000 }),
    // @ts-expect-error -- undefined is neither a wait nor a notifier
    (): CircuitBreakerOptions => ({ retry: () => undefined }),
    // @ts-expect-error -- an Observable is not a function of the opening
    (): CircuitBreakerOptions => ({ retry: of(1) }),
    // @ts-expect-error -- 'close'
    (): CircuitBreakerOptions => ({ recovery: () => 'closed' }),
    // @ts-expect-error -- 'ignored' or 'success'
    (): CircuitBreakerOptions => ({ untracked: 'failure' }),
    // @ts-expect-error -- a permit returns yes or no, at once
    (): CircuitBreakerOptions => ({ permit: async () => Promise.resolve(true) }),
    // @ts-expect-error -- a list of listeners
    (): CircuitBreakerOptions => ({ listeners: () => undefined }),
  ])('should refuse wrong components', (options) => {
    expectTypeOf(options).toBeFunction();
  });

  it('should refuse trackers and trippers without a test', () => {
    // @ts-expect-error -- test is missing
    class NoTracker extends Tracker {}
    // @ts-expect-error -- test is missing
    class NoTripper extends Tripper {}
    class Worded extends Tracker {
      // @ts-expect-error -- a string is not yes or no
      test(): string {
        return 'yes';
      }
    }
    expectTypeOf([NoTracker, NoTripper, Worded]).toBeArray();
  });
});
