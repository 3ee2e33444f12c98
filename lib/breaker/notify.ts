import type { AsyncListener, Listener } from '../listeners/listener.ts';
import type { Signal } from '../shapes/signal.ts';
import { attempt, reportError } from '../support/report-error.ts';

/** Tells a listener, without waiting for it; what goes wrong in it is reported. */
export function notify(listener: Listener | AsyncListener, signal: Signal): void {
  attempt(() => {
    const answer = listener(signal) as PromiseLike<void> | undefined;
    if (typeof answer?.then === 'function') answer.then(undefined, reportError);
  });
}
