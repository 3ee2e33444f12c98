import { from, mergeMap, Subscription, tap, type Observable, type TeardownLogic } from 'rxjs';
import type { CallEvent } from '../types/call-event.ts';
import type { Signal } from '../types/signal.ts';
import { reportError } from '../util/report-error.ts';
import { isViewRegistry, viewsOf, type CircuitView, type CircuitViews, type ViewRegistry } from './circuit-view.ts';

/** One breaker or shadow, some, or those of a registry, alike. */
export interface BreakerGroup {
  /** Those there are now. */
  readonly breakers: () => Iterable<CircuitView>;
  /** Completes when all are disposed and there will be no more. */
  readonly signal$: Observable<Signal>;
  readonly call$: Observable<CallEvent>;
  /**
   * Calls `begin` for each breaker, now or when it is added and before its first call, and what it returns when the
   * breaker is removed or disposed. The subscription ends that for all, and is closed once there will be no more.
   */
  each(begin: (breaker: CircuitView) => TeardownLogic): Subscription;
}

/** Throws a TypeError naming `what` if `given` is none of {@link CircuitViews}. */
export function groupOf(what: string, given: CircuitViews): BreakerGroup {
  const breakers = viewsOf(what, given);
  return isViewRegistry(breakers) ? ofRegistry(breakers) : ofSet(new Set(breakers));
}

function ofRegistry(registry: ViewRegistry): BreakerGroup {
  return {
    breakers: () => registry,
    signal$: registry.signal$,
    call$: registry.call$,
    each(begin) {
      const followers = new Followers(begin);
      const { all } = followers;
      all.add(registry.added$.subscribe({ next: (breaker) => followers.begin(breaker), error: reportError }));
      const removed = {
        next: (breaker: CircuitView) => followers.end(breaker),
        error: reportError,
        complete: () => all.unsubscribe(),
      };
      all.add(registry.removed$.subscribe(removed));
      for (const breaker of registry) followers.begin(breaker);
      return all;
    },
  };
}

function ofSet(present: Set<CircuitView>): BreakerGroup {
  const all$ = from([...present]);
  return {
    breakers: () => present,
    signal$: all$.pipe(
      mergeMap((breaker) => breaker.signal$.pipe(tap({ complete: () => void present.delete(breaker) }))),
    ),
    call$: all$.pipe(mergeMap((breaker) => breaker.call$)),
    each(begin) {
      const followers = new Followers(begin);
      const { all } = followers;
      let left = present.size;
      if (left === 0) all.unsubscribe();
      for (const breaker of [...present]) {
        followers.begin(breaker);
        const complete = (): void => {
          present.delete(breaker);
          followers.end(breaker);
          if (--left === 0) all.unsubscribe();
        };
        all.add(breaker.signal$.subscribe({ error: reportError, complete }));
      }
      return all;
    },
  };
}

/** What `begin` made of each breaker. */
class Followers {
  readonly all: Subscription;
  private readonly _begin: (breaker: CircuitView) => TeardownLogic;
  private readonly _subscriptions = new Map<CircuitView, Subscription>();

  constructor(begin: (breaker: CircuitView) => TeardownLogic) {
    this._begin = begin;
    // Not added one by one: to remove one from a Subscription takes the longer the more it has.
    this.all = new Subscription(() => {
      for (const breaker of [...this._subscriptions.keys()]) this.end(breaker);
    });
  }

  begin(breaker: CircuitView): void {
    if (this.all.closed || this._subscriptions.has(breaker)) return;
    const subscription = new Subscription();
    this._subscriptions.set(breaker, subscription);
    subscription.add(this._begin(breaker));
  }

  end(breaker: CircuitView): void {
    this._subscriptions.get(breaker)?.unsubscribe();
    this._subscriptions.delete(breaker);
  }
}
