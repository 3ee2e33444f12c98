import type { AsyncListener, Listener } from '../components/listeners/listener.ts';
import type { Signal } from '../types/signal.ts';
import { tryOrReport, reportError } from '../util/report-error.ts';

/** Tells a listener, without waiting for it; what goes wrong in it is reported. */
export function notify(listener: Listener | AsyncListener, signal: Signal): void {
  tryOrReport(() => {
    const answer = listener(signal) as PromiseLike<void> | undefined;
    if (typeof answer?.then === 'function') answer.then(undefined, reportError);
  });
}
