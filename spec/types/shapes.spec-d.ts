import {
  CircuitBreaker,
  firstValue,
  isCallNotPermitted,
  type Call,
  type CallEvent,
  type CallNotPermittedError,
  type CircuitBreakerInfo,
  type Classifier,
  type Listener,
  type Outcome,
  type Signal,
  type State,
} from 'rxjs-fluxgate';
import type { Observable, Observer, Unsubscribable } from 'rxjs';
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

  it('should be of the type that admit is told', () => {
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
    expectTypeOf(signal.reason).toEqualTypeOf<'tripped' | 'retry' | 'recovered' | 'manual'>();
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
  it('should tell the type of an error', () => {
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
