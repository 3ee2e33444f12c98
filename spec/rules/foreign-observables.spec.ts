import { observable, take, type Observable, type Subscriber, type Subscription } from 'rxjs';
import { CircuitBreaker, circuitBreaker, failureStreak } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { collect } from '../support/collect.ts';
import { getCounts } from '../support/counts.ts';
import { getCallTypes } from '../support/get-call-types.ts';

type Handlers = Record<'next' | 'error' | 'complete', (value?: unknown) => void> & { unsubscribe?: () => void };

/**
 * An Observable of RxJS 6 (and 5): its subscriber calls the observer's functions on an object that inherits from the
 * observer, has an `unsubscribe` of its own, and calls the observer's at the end.
 */
function rxjs6(emit: (observer: Handlers, isClosed: () => boolean) => void): {
  source$: Observable<number>;
  ended: () => number;
} {
  let ends = 0;
  const source = {
    [observable]: (): unknown => source,
    pipe: (operator: (source: unknown) => unknown): unknown => operator(source),
    subscribe: (observer: Handlers) => {
      const context = Object.create(observer) as Handlers;
      const inherited = context.unsubscribe?.bind(context);
      let closed = false;
      const unsubscribe = (): void => {
        if (closed) return;
        closed = true;
        ends++;
        inherited?.();
      };
      context.unsubscribe = unsubscribe;
      const call = (name: 'next' | 'error' | 'complete', value?: unknown): void => {
        if (closed) return;
        observer[name].call(context, value);
        if (name !== 'next') unsubscribe();
      };
      const safe: Handlers = {
        next: (value) => call('next', value),
        error: (error) => call('error', error),
        complete: () => call('complete'),
      };
      emit(safe, () => closed);
      return { unsubscribe };
    },
  };
  return { source$: source as unknown as Observable<number>, ended: () => ends };
}

/** `source$.pipe(circuitBreaker(breaker))` as RxJS 6 does it. */
function guarded(source$: Observable<number>, breaker: CircuitBreaker): Observable<number> {
  return circuitBreaker<number>(breaker)(source$);
}

describe('an Observable of RxJS 6', () => {
  const down = new Error('down');

  it('passes its values and its completion, and counts as a success', () => {
    const breaker = new CircuitBreaker();
    const { source$, ended } = rxjs6((observer) => {
      observer.next(1);
      observer.next(2);
      observer.complete();
    });
    expect(collect(guarded(source$, breaker))).toStrictEqual([1, 2, '|']);
    expect(getCounts(breaker)).toMatchObject({ successes: 1, inFlight: 0 });
    expect(ended()).toBe(1);
  });

  it('passes its error, and counts as a failure', () => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
    const { source$ } = rxjs6((observer) => {
      observer.next(1);
      observer.error(down);
    });
    expect(collect(guarded(source$, breaker))).toStrictEqual([1, '#', down]);
    expect(breaker.info()).toMatchObject({ state: 'open', lastSignal: { cause: down } });
  });

  it('is torn down when the consumer leaves, also from inside of it', () => {
    const breaker = new CircuitBreaker();
    let emitted = 0;
    const { source$, ended } = rxjs6((observer, isClosed) => {
      for (; emitted < 10 && !isClosed(); emitted++) observer.next(emitted);
    });
    expect(collect(guarded(source$, breaker).pipe(take(1)))).toStrictEqual([0, '|']);
    expect(getCounts(breaker)).toMatchObject({ successes: 1, inFlight: 0 });
    // A foreign source is known to be left once it has returned.
    expect(ended()).toBe(1);
  });

  it('is torn down when the consumer leaves later', () => {
    const breaker = new CircuitBreaker();
    const { source$, ended } = rxjs6(() => undefined);
    const subscription = guarded(source$, breaker).subscribe();
    expect(breaker.info().inFlight).toBe(1);
    subscription.unsubscribe();
    expect(breaker.info().inFlight).toBe(0);
    expect(ended()).toBe(1);
  });

  it('is not subscribed while the circuit is open', () => {
    const breaker = new CircuitBreaker();
    breaker.forceOpen();
    const { source$ } = rxjs6(() => expect.unreachable('the source is subscribed'));
    expect(collect(guarded(source$, breaker))[1]).toMatchObject({ state: 'forced_open' });
  });
});

/** An Observable of another library: it calls what it is given, as it was given, and has nothing of RxJS but `subscribe`. */
function foreign(emit: (subscriber: Subscriber<number>) => void): Observable<number> {
  const subscribe = (subscriber: Subscriber<number>): Subscription => {
    emit(subscriber);
    return subscriber;
  };
  return { subscribe } as unknown as Observable<number>;
}

describe('an Observable with a subscriber of its own kind', () => {
  it('sees that the consumer has left', () => {
    const breaker = new CircuitBreaker();
    let emitted = 0;
    const source$ = foreign((subscriber) => {
      while (!subscriber.closed && emitted < 9) subscriber.next(++emitted);
    });
    expect(collect(guarded(source$, breaker).pipe(take(2)))).toStrictEqual([1, 2, '|']);
    expect(emitted).toBe(2);
  });

  it('may leave by itself, which gives the call up', () => {
    const breaker = new CircuitBreaker();
    const types = collect(getCallTypes(breaker));
    const source$ = foreign((subscriber) => {
      subscriber.unsubscribe();
      // eslint-disable-next-line rxjs-x/no-redundant-notify -- to see that it goes nowhere
      subscriber.next(1);
    });
    expect(collect(guarded(source$, breaker))).toStrictEqual([]);
    expect(types).toStrictEqual(['cancelled']);
  });

  it('may take back a teardown that it has added', () => {
    const ran: string[] = [];
    const [kept, removed] = [(): unknown => ran.push('kept'), (): unknown => ran.push('removed')];
    const source$ = foreign((subscriber) => {
      subscriber.add(kept);
      subscriber.add(removed);
      subscriber.remove(removed);
    });
    guarded(source$, new CircuitBreaker()).subscribe().unsubscribe();
    expect(ran).toStrictEqual(['kept']);
  });
});
