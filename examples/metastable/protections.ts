import { retry, timer } from 'rxjs';
import { timeWindow, failureRate, minRequests, failureStreak, backoff, admitAll, probes } from 'rxjs-fluxgate';
const NEW = {
  window: timeWindow(60_000),
  tripper: minRequests(20)
    .and(failureRate(0.5))
    .or(failureStreak(20))
    .or(failureStreak(5).and(minRequests(20).not())),
  retry: backoff({ initial: 5000, max: 60000, jitter: 0.2 }),
  permit: admitAll(),
  recovery: probes(3, { maxFailureRate: 0.34 }),
};
import { CircuitBreaker, circuitBreaker } from 'rxjs-fluxgate';
import { retryBudget, retryWithin, unlessRejected } from 'rxjs-fluxgate/retry';
import type { Protection } from './world.ts';

const count = 3;
const delay = (_error: unknown, retryCount: number): number => 100 * 2 ** retryCount;

/** All retry up to three times with backoff; what keeps them from it differs. */
export const protections = {
  'retries alone': (scheduler) =>
    retry({ count, delay: (error, retryCount) => timer(delay(error, retryCount), scheduler) }),

  budget: (scheduler) => retryWithin(retryBudget({ scheduler }), { count, delay, scheduler }),

  breaker: (scheduler) => {
    const breaker = circuitBreaker<void>(new CircuitBreaker({ scheduler, random: () => 0.5, ...NEW }));
    const retries = retry<void>({ count, delay: unlessRejected(delay, { scheduler }) });
    return (source) => source.pipe(breaker, retries);
  },

  'breaker and budget': (scheduler) => {
    const breaker = circuitBreaker<void>(new CircuitBreaker({ scheduler, random: () => 0.5, ...NEW }));
    const retries = retryWithin<void>(retryBudget({ scheduler }), { count, delay, scheduler });
    return (source) => source.pipe(breaker, retries);
  },
} satisfies Record<string, Protection>;
