import type { CallContext } from './call-context.ts';

/** What the package's own trippers read: of a {@link CallContext}, or of the breaker's live counts without a copy. */
export type Readings = Pick<CallContext, 'metric' | 'state' | 'consecutiveFailures' | 'consecutiveSuccesses'>;
