import { trace, type Span } from '@opentelemetry/api';
import type { Signal } from '../../types/signal.ts';
import type { NoteRejection } from './call-measurer.ts';
import { REJECTED, toRejectionAttributes, toTransitionAttributes, TRANSITION } from './event-attributes.ts';

// A breaker emits before it goes on, so that the active span belongs to the call that caused the event.

export function addTransitionEvent(signal: Signal): void {
  toOpenSpan()?.addEvent(TRANSITION, toTransitionAttributes(signal));
}

/**
 * Makes what notes a rejection.
 *
 * @param asAttributes whether the span gets attributes, by which it can be found
 * @param asEvent whether it gets an event
 */
export function toRejectionNotes(asAttributes: boolean, asEvent: boolean): NoteRejection {
  return (name, state, error) => {
    const span = toOpenSpan();
    if (!span) return;
    const attributes = toRejectionAttributes(name, state, error);
    if (asAttributes) span.setAttributes(attributes);
    if (asEvent) span.addEvent(REJECTED, attributes);
  };
}

/** The active span, unless it has ended or is not sampled: that would only complain, or forget the event. */
function toOpenSpan(): Span | undefined {
  const span = trace.getActiveSpan();
  return span?.isRecording() ? span : undefined;
}
