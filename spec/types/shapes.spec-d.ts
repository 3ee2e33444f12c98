import {
  CircuitBreaker,
  firstValue,
  guarded,
  isCallNotPermitted,
  restore,
  snapshotOf,
  type BreakerSnapshot,
  type Call,
  type CallContext,
  type CallEvent,
  type CallNotPermittedError,
  type CircuitBreakerInfo,
  type CircuitBreakerOptions,
  type Classifier,
  type Listener,
  type Outcome,
  type Signal,
  type State,
} from 'rxjs-fluxgate';
import { of, type Observable, type Observer, type Unsubscribable } from 'rxjs';
import { describe, expectTypeOf, it } from 'vitest';

declare const signal: Signal;
declare const event: CallEvent;
declare const info: CircuitBreakerInfo;

const breaker = new CircuitBreaker();

describe('CircuitBreaker', () => {
  it('should have typed streams', () => {
    expectTypeOf(breaker.signal$).toEqualTypeOf<Observable<Signal>>();
    expectTypeOf(breaker.state$).toEqualTypeOf<Observable<State>>();
    expectTypeOf(breaker.call$).toEqualTypeOf<Observable<CallEvent>>();
  });

  it('should be read-only', () => {
    // @ts-expect-error -- only commands change the state
    breaker.state = 'open';
    // @ts-expect-error -- the name stays
    breaker.name = 'other';
  });

  it('should be disposable', () => {
    expectTypeOf(breaker).toExtend<Disposable>();
  });
});

describe('Call', () => {
  it('should be an observer that can be unsubscribed', () => {
    expectTypeOf<Call<number>>().toExtend<Observer<number>>();
    expectTypeOf<Call<number>>().toExtend<Unsubscribable>();
  });

  it('should be of the type that admit is given', () => {
    const call = breaker.admit<number>();
    expectTypeOf(call).toEqualTypeOf<Call<number>>();
    expectTypeOf(call.next).parameters.toEqualTypeOf<[value: number]>();
    // @ts-expect-error -- a string is no number
    call.next('1');
  });

  it('should be of the type of the classifier', () => {
    const call = breaker.admit((response: Response) => (response.ok ? 'success' : 'failure'));
    expectTypeOf(call).toEqualTypeOf<Call<Response>>();
  });

  it('should be of any type with firstValue', () => {
    expectTypeOf(breaker.admit<number>(firstValue)).toEqualTypeOf<Call<number>>();
  });
});

describe('Signal', () => {
  it('should be read-only', () => {
    // @ts-expect-error -- read-only
    signal.newState = 'open';
    // @ts-expect-error -- read-only
    signal.detail = '';
    // @ts-expect-error -- read-only
    signal.metric.totalCount = 1;
    expectTypeOf(signal.metric.slowCounts).not.toHaveProperty('set');
  });

  it('should have members of these types', () => {
    expectTypeOf(signal.reason).toEqualTypeOf<'tripped' | 'retry' | 'recovered' | 'manual' | 'fleet'>();
    expectTypeOf(signal.oldState).toEqualTypeOf<State>();
    expectTypeOf(signal.retryAt).toEqualTypeOf<number | undefined>();
    expectTypeOf(signal.cause).toBeUnknown();
    expectTypeOf(signal.metric.failureRate).toEqualTypeOf<number | undefined>();
    expectTypeOf(signal.metric.slowRate(1)).toEqualTypeOf<number | undefined>();
  });
});

describe('CallEvent', () => {
  it('should be read-only', () => {
    // @ts-expect-error -- read-only
    event.stale = true;
  });

  it('should have members of these types', () => {
    expectTypeOf(event.type).toEqualTypeOf<'success' | 'failure' | 'ignored' | 'cancelled' | 'rejected'>();
    expectTypeOf(event.error).toBeUnknown();
  });
});

describe('CircuitBreakerInfo', () => {
  it('should be read-only', () => {
    // @ts-expect-error -- read-only
    info.rejected = 0;
    // @ts-expect-error -- read-only
    info.ignored = 0;
  });

  it('should have members of these types', () => {
    expectTypeOf(info.ignored).toBeNumber();
    expectTypeOf(info.detail).toBeString();
    expectTypeOf(info.lastSignal).toEqualTypeOf<Signal | undefined>();
  });
});

describe('CallContext', () => {
  it('should have members of these types', () => {
    expectTypeOf<CallContext['cause']>().toBeUnknown();
    expectTypeOf<CallContext['duration']>().toBeNumber();
    expectTypeOf<CallContext['slow']>().toBeNumber();
  });
});

describe('the commands', () => {
  it('should take a reason, or none', () => {
    type Command = 'reset' | 'trip' | 'halfOpen' | 'disable' | 'metricsOnly' | 'forceOpen';
    expectTypeOf<CircuitBreaker[Command]>().parameters.toEqualTypeOf<[why?: string | undefined]>();
  });
});

describe('untracked', () => {
  it('should be an outcome or a function of the error', () => {
    expectTypeOf<CircuitBreakerOptions>().toExtend<{ untracked?: unknown }>();
    const options: CircuitBreakerOptions = { untracked: (error) => (error === 1 ? 'success' : 'ignored') };
    expectTypeOf(options).toExtend<CircuitBreakerOptions>();
    // @ts-expect-error -- an error that is a failure is for the tracker
    const wrong: CircuitBreakerOptions = { untracked: 'failure' };
    expectTypeOf(wrong).toExtend<CircuitBreakerOptions>();
  });
});

describe('snapshotOf and restore', () => {
  it('should fit each other', () => {
    expectTypeOf(snapshotOf).toEqualTypeOf<(breaker: CircuitBreaker) => BreakerSnapshot>();
    expectTypeOf(restore).parameters.toEqualTypeOf<[breaker: CircuitBreaker, snapshot: BreakerSnapshot]>();
  });
});

describe('guarded', () => {
  it('should take the arguments of the function, and resolve to its value', () => {
    const price = guarded(breaker, (id: string, amount: number) => Promise.resolve(`${id}${String(amount)}`));
    expectTypeOf(price).toEqualTypeOf<(id: string, amount: number) => Promise<string>>();
    expectTypeOf(guarded(breaker, () => 5)).toEqualTypeOf<() => Promise<number>>();
    expectTypeOf(guarded(breaker, () => of(5))).toEqualTypeOf<() => Promise<number | undefined>>();
  });
});

describe('State', () => {
  it('should be one of six', () => {
    expectTypeOf<State>().toEqualTypeOf<
      'closed' | 'open' | 'half_open' | 'metrics_only' | 'disabled' | 'forced_open'
    >();
  });
});

describe('Classifier', () => {
  it('should answer an outcome or undefined', () => {
    expectTypeOf<Outcome>().toEqualTypeOf<'success' | 'failure' | 'ignored'>();
    expectTypeOf<Classifier<number>>().returns.toEqualTypeOf<Outcome | undefined>();
    expectTypeOf(firstValue).toExtend<Classifier<number>>();
    // @ts-expect-error -- a cancelled call has no value
    const cancelled: Classifier<number> = () => 'cancelled';
    expectTypeOf(cancelled).toBeFunction();
  });
});

describe('Listener', () => {
  it('should be handed a signal', () => {
    expectTypeOf<Listener>().parameters.toEqualTypeOf<[signal: Signal]>();
  });
});

describe('isCallNotPermitted', () => {
  it('should report the type of an error', () => {
    const error = signal.cause;
    if (isCallNotPermitted(error)) {
      expectTypeOf(error).toEqualTypeOf<CallNotPermittedError>();
      expectTypeOf(error.retryAfter).toEqualTypeOf<number | undefined>();
      expectTypeOf(error.state).toEqualTypeOf<State>();
      // @ts-expect-error -- read-only
      error.circuit = 'other';
    }
  });
});
