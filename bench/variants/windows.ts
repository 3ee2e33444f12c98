import { CircuitBreaker, countWindow, timeWindow } from 'rxjs-fluxgate';
import { HandMovedClock } from '../clocks.ts';
import type { Group, Variant } from '../group.ts';
import { calling } from '../repeat.ts';

export const SMALL_WINDOW = 'countWindow(100)';
export const STANDING_WINDOW = 'timeWindow, 10 buckets';
export const MOVING_WINDOW = 'timeWindow, 10 buckets, moving on';
export const LARGE_WINDOW = 'countWindow(1,000,000)';

const DURATION = 60_000;

export function windows(): Group {
  return {
    title: 'Recording one more call in a window that is full',
    about:
      'By `breaker.admit().complete()`. *Moving on* is a time window whose clock moves by one bucket at each call, so ' +
      'that each call also drops the oldest bucket; the others stay within one bucket.',
    baselines: [SMALL_WINDOW],
    variants: [
      recordingByCount(100),
      recordingByCount(10_000),
      recordingByCount(1_000_000),
      recordingByTime(10, 0),
      recordingByTime(1_000, 0),
      recordingByTime(10, 1),
      recordingByTime(1_000, 1),
    ],
  };
}

function recordingByCount(size: number): Variant {
  const breaker = new CircuitBreaker({ window: countWindow(size), scheduler: new HandMovedClock() });
  for (let i = 0; i < size; i++) breaker.admit().complete();
  return calling(`countWindow(${size.toLocaleString('en')})`, () => breaker.admit().complete());
}

function recordingByTime(buckets: number, step: number): Variant {
  const clock = new HandMovedClock();
  const breaker = new CircuitBreaker({ window: timeWindow(DURATION, { buckets }), scheduler: clock });
  const bucket = DURATION / buckets;
  for (let i = 0; i < buckets; i++) {
    breaker.admit().complete();
    clock.time += bucket;
  }
  return calling(`timeWindow, ${buckets.toLocaleString('en')} buckets${step > 0 ? ', moving on' : ''}`, () => {
    clock.time += step * bucket;
    breaker.admit().complete();
  });
}
