import {
  backoff,
  CircuitBreaker,
  countWindow,
  failureRate,
  failureStreak,
  instanceOf,
  minRequests,
  never,
  probes,
  rampUp,
  slowRate,
  timeWindow,
  type Classifier,
  type SlidingWindow,
} from 'rxjs-fluxgate';
import { TickingClock } from './clocks.ts';
import { observer, sink } from './repeat.ts';

export const notUndefined: Classifier<unknown> = (value) => (value === undefined ? 'failure' : 'success');

/** With every kind of component given, and everything that can be watched watched, except `call$`. */
export function loaded(window: () => SlidingWindow = timeWindow(60_000)): CircuitBreaker {
  const breaker = new CircuitBreaker({
    name: 'loaded',
    window,
    tracker: instanceOf(TypeError, RangeError),
    tripper: failureStreak(5).or(minRequests(20).and(failureRate(0.5).or(slowRate(0.3, 1_000)))),
    retry: backoff({ initial: 10_000, max: 600_000, jitter: 0.1 }),
    permit: rampUp({ initial: 0.2, final: 1, duration: 30_000 }),
    recovery: probes(5, { maxFailureRate: 0.2 }),
    listeners: [(signal) => void (sink.value = signal)],
  });
  breaker.signal$.subscribe(observer);
  breaker.state$.subscribe(observer);
  return breaker;
}

export function loadedByCount(): CircuitBreaker {
  return loaded(countWindow(100));
}

/** The same, with `call$` watched. */
export function watched(): CircuitBreaker {
  const breaker = loaded();
  breaker.call$.subscribe(observer);
  return breaker;
}

/** With the defaults and `call$` watched. */
export function watchedDefaults(): CircuitBreaker {
  const breaker = new CircuitBreaker();
  breaker.call$.subscribe(observer);
  return breaker;
}

/** By its clock every call takes 1 ms, which is slow by a threshold of 1 ms. */
export function ticking(threshold: number): CircuitBreaker {
  return new CircuitBreaker({
    tripper: slowRate(1, threshold).and(failureStreak(5)),
    scheduler: new TickingClock(),
  });
}

export function disabled(): CircuitBreaker {
  const breaker = new CircuitBreaker();
  breaker.disable();
  return breaker;
}

/** Open for good. */
export function open(): CircuitBreaker {
  const breaker = new CircuitBreaker({ retry: never() });
  breaker.trip();
  return breaker;
}
