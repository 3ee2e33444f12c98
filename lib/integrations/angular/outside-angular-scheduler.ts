import { asyncScheduler, type SchedulerAction, type SchedulerLike, type Subscription } from 'rxjs';

/** The part of zone.js that is used here. */
interface Zone {
  readonly parent: Zone | null;
  get(key: string): unknown;
  run<R>(work: () => R): R;
}

/**
 * RxJS's `asyncScheduler` with its timers outside of Angular's zone, and their work in the zone that scheduled it.
 *
 * Angular with zone.js waits for the timers of its zone before it sends a page that a server renders: without this, for
 * the whole wait of an open circuit. {@link provideCircuitBreakers} uses it by default; give it as `scheduler` to a
 * registry of your own. Without zone.js it is the `asyncScheduler`.
 *
 * @example
 * ```ts
 * import '@angular/compiler'; // as there is no build here
 * import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
 * import { outsideAngularScheduler } from 'rxjs-fluxgate/angular';
 *
 * const shared = new CircuitBreakerRegistry({ scheduler: outsideAngularScheduler });
 * shared.get('stock.example').trip('maintenance');
 * console.log(shared.get('stock.example').state); // => open
 * ```
 *
 * @see {@link provideCircuitBreakers}
 */
export const outsideAngularScheduler: SchedulerLike = {
  now: () => asyncScheduler.now(),
  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription {
    const inside = currentZone();
    const outside = inside && leaveAngular(inside);
    if (!outside || outside === inside) return asyncScheduler.schedule(work, delay, state);

    const workInside = function (this: SchedulerAction<T>, next?: T): void {
      inside.run(() => work.call(this, next));
    };
    const action = outside.run(() => asyncScheduler.schedule(workInside, delay, state)) as SchedulerAction<T>;
    // Work that schedules itself again does so inside.
    const reschedule = action.schedule.bind(action);
    action.schedule = (next, after) => outside.run(() => reschedule(next, after));
    return action;
  },
};

function currentZone(): Zone | undefined {
  return (globalThis as { Zone?: { readonly current?: Zone } }).Zone?.current;
}

/** Returns the nearest zone outside of Angular's: the root, or the zone of `fakeAsync` in a test. */
function leaveAngular(zone: Zone): Zone {
  let outside = zone;
  while (outside.parent && outside.get('isAngularZone') === true) outside = outside.parent;
  return outside;
}
