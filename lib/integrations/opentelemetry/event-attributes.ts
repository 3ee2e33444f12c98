import type { Attributes } from '@opentelemetry/api';
import { isCallNotPermitted } from '../../errors/call-not-permitted-error.ts';
import type { Signal } from '../../types/signal.ts';
import type { State } from '../../types/state.ts';
import { DETAIL, NAME, NEW_STATE, OLD_STATE, OUTCOME, REASON, RETRY_AFTER, STATE } from './attributes.ts';

export const TRANSITION = 'circuit_breaker.transition';
export const REJECTED = 'circuit_breaker.rejected';

export function toTransitionAttributes({ name, oldState, newState, reason, detail }: Signal): Attributes {
  return { [NAME]: name, [OLD_STATE]: oldState, [NEW_STATE]: newState, [REASON]: reason, [DETAIL]: detail };
}

export function toRejectionAttributes(name: string, state: State, error: unknown): Attributes {
  const retryAfter = isCallNotPermitted(error) ? error.retryAfter : undefined;
  return {
    [NAME]: name,
    [STATE]: state,
    ...(retryAfter !== undefined && { [RETRY_AFTER]: retryAfter / 1_000 }),
    [OUTCOME]: 'rejected',
  };
}
