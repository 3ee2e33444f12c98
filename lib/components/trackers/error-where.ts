import { checkFunction } from '../../util/check.ts';
import { checkCalled, factory } from '../../util/factory.ts';
import { nameOf } from '../../util/name-of.ts';
import { PredicateTracker, type Tracker } from './tracker.ts';

/**
 * A tracker that matches the errors of which the predicate is true.
 *
 * @param predicate asked of each error
 * @throws TypeError if it is not a function
 * @example
 * ```ts
 * import { AjaxError } from 'rxjs/ajax';
 * import { errorWhere, instanceOf } from 'rxjs-fluxgate';
 *
 * const serverSide = errorWhere((error) => error instanceof AjaxError && error.status >= 500);
 * console.log(serverSide.test(new Error('mine'))); // => false
 * ```
 *
 * @see {@link anyError}, {@link instanceOf}
 * @see Fluxgate's `Custom`
 */
export const errorWhere = /* @__PURE__ */ factory('errorWhere', (predicate: (error: unknown) => boolean): Tracker => {
  checkFunction('errorWhere: predicate', predicate);
  checkCalled('errorWhere: predicate', predicate);
  return new PredicateTracker(predicate, `errorWhere(${nameOf(predicate)})`);
});
