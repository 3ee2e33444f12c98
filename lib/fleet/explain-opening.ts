import type { Tripper } from '../components/trippers/tripper.ts';
import { reportError } from '../util/report-error.ts';
import { PooledContext } from './pooled-context.ts';
import type { FleetView } from './store.ts';

/** Explains why the tripper of a fleet holds; undefined if it does not, also if it throws, which is reported. */
export function explainOpening(tripper: Tripper, view: FleetView, now: number): string | undefined {
  try {
    const context = new PooledContext(view, now, now);
    return tripper.test(context) ? tripper.explain(context) : undefined;
  } catch (error) {
    reportError(error);
    return undefined;
  }
}
