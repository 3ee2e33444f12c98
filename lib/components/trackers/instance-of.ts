import { wrongType } from '../../util/check.ts';
import { factory, printAs } from '../../util/factory.ts';
import { PredicateTracker, type Tracker } from './tracker.ts';

/**
 * A class whose instances are errors.
 *
 * @example
 * ```ts
 * import { TimeoutError } from 'rxjs';
 * import { instanceOf, type ErrorClass } from 'rxjs-fluxgate';
 *
 * const ours: ErrorClass[] = [TimeoutError, TypeError];
 * console.log(instanceOf(...ours).test(new TypeError())); // => true
 * ```
 *
 * @see {@link instanceOf}
 */
export type ErrorClass = abstract new (...args: never[]) => unknown;

/**
 * A tracker that matches the instances of any of these classes.
 *
 * @param errorClasses at least one class
 * @throws TypeError if there is none, or if one is not a class
 * @example
 * ```ts
 * import { TimeoutError } from 'rxjs';
 * import { AjaxError } from 'rxjs/ajax';
 * import { instanceOf } from 'rxjs-fluxgate';
 *
 * const tracker = instanceOf(AjaxError, TimeoutError);
 * console.log(tracker.test(new TimeoutError()), tracker.test(new TypeError())); // => true false
 * console.log(String(tracker)); // => instanceOf(AjaxError, TimeoutError)
 * ```
 *
 * @see {@link anyError}, {@link errorWhere}
 * @see Fluxgate's `TypeOf`
 */
export const instanceOf = /* @__PURE__ */ factory('instanceOf', (...errorClasses: ErrorClass[]): Tracker => {
  if (errorClasses.length === 0) throw new TypeError('instanceOf takes at least one error class, got none');
  for (const errorClass of errorClasses) checkClass(errorClass);
  const text = `instanceOf(${errorClasses.map(exportedName).join(', ')})`;
  const isInstance = (error: unknown): boolean => errorClasses.some((errorClass) => error instanceof errorClass);
  return printAs(text, new PredicateTracker(isInstance, text));
});

function checkClass(value: ErrorClass | undefined): void {
  // An arrow function has no prototype, and `instanceof` would throw at each error.
  if (typeof value?.prototype !== 'object') throw wrongType('instanceOf: each error class', 'a class', value);
}

/** The name that a class is imported by: RxJS makes what it exports as TimeoutError of a function TimeoutErrorImpl. */
function exportedName(errorClass: ErrorClass): string {
  const isFunction = Object.getPrototypeOf(errorClass) === Function.prototype;
  return isFunction ? errorClass.name.replace(/Impl$/, '') : errorClass.name;
}
