import { trace, type Attributes } from '@opentelemetry/api';
import { isCallNotPermitted } from '../../errors/call-not-permitted-error.ts';
import type { CallEvent } from '../../types/call-event.ts';
import type { Signal } from '../../types/signal.ts';
import { DETAIL, NAME, NEW_STATE, OLD_STATE, REASON, RETRY_AFTER, STATE } from './attributes.ts';

// A breaker tells of what happens before it goes on, so that the active span is that of the call which caused it.

export function addTransition({ name, oldState, newState, reason, detail }: Signal): void {
  addEvent('circuit_breaker.transition', () => ({
    [NAME]: name,
    [OLD_STATE]: oldState,
    [NEW_STATE]: newState,
    [REASON]: reason,
    [DETAIL]: detail,
  }));
}

export function addRejection({ name, state, error }: CallEvent): void {
  addEvent('circuit_breaker.rejected', () => {
    const retryAfter = isCallNotPermitted(error) ? error.retryAfter : undefined;
    return {
      [NAME]: name,
      [STATE]: state,
      ...(retryAfter !== undefined && { [RETRY_AFTER]: retryAfter / 1_000 }),
    };
  });
}

/** One that has ended, or is not sampled, would only complain or forget it. */
function addEvent(event: string, attributes: () => Attributes): void {
  const span = trace.getActiveSpan();
  if (span?.isRecording()) span.addEvent(event, attributes());
}
