import type { Tripper } from '../components/trippers/tripper.ts';
import type { CallContext } from '../types/call-context.ts';
import { reportError } from '../util/report-error.ts';

// The texts of Signal.detail and CircuitBreakerInfo.detail.

/** The tripper's own words; a tripper that cannot explain itself must trip all the same. */
export function explain(tripper: Tripper, context: CallContext): string {
  try {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-conversion -- without types it may return anything
    return String(tripper.explain(context));
  } catch (error) {
    reportError(error);
    return String(tripper);
  }
}

/** The same if the tripper holds, which the recovery may not have asked; its verdict stands in any case. */
export function explainIfHeld(tripper: Tripper, context: CallContext): string | undefined {
  try {
    return tripper.test(context) ? explain(tripper, context) : undefined;
  } catch (error) {
    reportError(error);
    return undefined;
  }
}

/** How the probes ended: `2 of 3 probes failed, 1 slow`. */
export function explainProbes({ successes, failures, slow }: CallContext, ended: 'succeeded' | 'failed'): string {
  const count = ended === 'succeeded' ? successes : failures;
  const text = `${String(count)} of ${String(successes + failures)} probes ${ended}`;
  return slow > 0 ? `${text}, ${String(slow)} slow` : text;
}
