import type { Observable, Observer } from 'rxjs';
import type { Variant } from './group.ts';

// All variants go through these loops, so that no call site here suits one of them better than another.

/** What is seen goes here, so that no work can be optimized away. */
export const sink: { value: unknown; ends: number } = { value: undefined, ends: 0 };

/** The one observer that every variant is subscribed with. */
export const observer: Observer<unknown> = {
  next(value) {
    sink.value = value;
  },
  error(error) {
    sink.value = error;
    sink.ends++;
  },
  complete() {
    sink.ends++;
  },
};

/** A run takes some 50 to 100 µs, next to which reading the clock costs nothing. */
const CALLS = 256;

/** Subscribes a synchronous Observable over and over. */
export function subscribing(name: string, source: Observable<unknown>, calls = CALLS): Variant {
  return {
    name,
    calls,
    run: () => {
      for (let i = 0; i < calls; i++) source.subscribe(observer);
    },
  };
}

/** Calls a function over and over. */
export function calling(name: string, once: () => void, calls = CALLS): Variant {
  return {
    name,
    calls,
    run: () => {
      for (let i = 0; i < calls; i++) once();
    },
  };
}

/** Awaits promises, fulfilled or rejected, one after the other. */
export function awaiting(name: string, once: () => Promise<unknown>, calls = CALLS): Variant {
  return {
    name,
    calls,
    run: async () => {
      for (let i = 0; i < calls; i++) {
        try {
          sink.value = await once();
        } catch (error) {
          sink.value = error;
        }
      }
    },
  };
}
