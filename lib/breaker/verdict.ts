import type { CallContext } from '../types/call-context.ts';
import type { Signal } from '../types/signal.ts';
import { wrongType } from '../util/check.ts';
import { reportError } from '../util/report-error.ts';
import type { Tripper } from '../components/trippers/tripper.ts';
import type { ResolvedOptions } from './options.ts';

/** What a recorded outcome leads to. */
export interface Verdict {
  readonly state: 'open' | 'closed';
  readonly reason: Signal['reason'];
  readonly detail: string;
}

/** Asks the tripper of a closed circuit, the recovery of a half-open one; undefined if the state stays. */
export function verdictOn(context: CallContext, { tripper, recovery }: ResolvedOptions): Verdict | undefined {
  if (context.state === 'closed') return tripper.test(context) ? tripped(explain(tripper, context)) : undefined;

  const { successes, failures } = context;
  const count = String(successes + failures);
  const answer: unknown = recovery(context, tripper);
  switch (answer) {
    case 'reopen':
      return tripped(explainIfHeld(tripper, context) ?? `${String(failures)} of ${count} probes failed`);
    case 'close':
      return { state: 'closed', reason: 'recovered', detail: `${String(successes)} of ${count} probes succeeded` };
    case undefined:
      return undefined;
    default:
      throw wrongType('recovery: what it returns', "'close', 'reopen' or undefined", answer);
  }
}

function tripped(detail: string): Verdict {
  return { state: 'open', reason: 'tripped', detail };
}

/** What the tripper says of itself; one that cannot say it must trip all the same. */
function explain(tripper: Tripper, context: CallContext): string {
  try {
    return tripper.explain(context);
  } catch (error) {
    reportError(error);
    return 'the tripper held';
  }
}

/** The same of a recovery's tripper, which it may not have asked: its verdict stands whatever the tripper does. */
function explainIfHeld(tripper: Tripper, context: CallContext): string | undefined {
  try {
    return tripper.test(context) ? explain(tripper, context) : undefined;
  } catch (error) {
    reportError(error);
    return undefined;
  }
}
