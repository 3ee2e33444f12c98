import { retry, timer } from 'rxjs';
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
    const breaker = circuitBreaker<string>(new CircuitBreaker({ scheduler, random: () => 0.5 }));
    const retries = retry<string>({ count, delay: unlessRejected(delay, { scheduler }) });
    return (source) => source.pipe(breaker, retries);
  },

  'breaker and budget': (scheduler) => {
    const breaker = circuitBreaker<string>(new CircuitBreaker({ scheduler, random: () => 0.5 }));
    const retries = retryWithin<string>(retryBudget({ scheduler }), { count, delay, scheduler });
    return (source) => source.pipe(breaker, retries);
  },
} satisfies Record<string, Protection>;
