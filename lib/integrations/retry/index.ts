/**
 * Retries that respect a circuit: {@link unlessRejected} does not insist on an open one, {@link retryWithin} spends from a
 * {@link retryBudget} that all callers share, {@link whenAvailable} waits until calls may be tried.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/retry
 */
export { retryBudget, type RetryBudget, type RetryBudgetOptions } from './retry-budget.ts';
export type { RetryDelay } from './retry-delay.ts';
export { retryWithin, type RetryWithinConfig } from './retry-within.ts';
export { unlessRejected, type UnlessRejectedOptions } from './unless-rejected.ts';
export { whenAvailable, type WhenAvailableOptions } from './when-available.ts';
