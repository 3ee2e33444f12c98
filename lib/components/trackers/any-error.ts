import { factory } from '../../util/factory.ts';
import { PredicateTracker, type Tracker } from './tracker.ts';

/**
 * A tracker that matches every error; the default.
 *
 * @example
 * ```ts
 * import { anyError } from 'rxjs-fluxgate';
 *
 * console.log(anyError().test(new Error('down'))); // => true
 * ```
 *
 * @see {@link instanceOf}, {@link errorWhere}
 */
export const anyError = /* @__PURE__ */ factory(
  'anyError',
  (): Tracker => new PredicateTracker(() => true, 'anyError()'),
);
