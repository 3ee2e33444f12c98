import { wrongType } from '../../util/check.ts';
import { checkCalled } from '../../util/factory.ts';
import { nameOf, textOf } from '../../util/name-of.ts';

/**
 * A {@link Tracker}, or a plain function that returns what its `test` would.
 *
 * @example
 * ```ts
 * import { anyError, type TrackerLike } from 'rxjs-fluxgate';
 *
 * const trackers: TrackerLike[] = [anyError(), (error) => error instanceof TypeError];
 * console.log(trackers.length); // => 2
 * ```
 *
 * @see {@link Tracker.from}
 */
export type TrackerLike = Tracker | ((error: unknown) => boolean);

/**
 * Decides which errors count as failures of the dependency; the option `untracked` decides on the others.
 *
 * Extend it for a tracker of your own, or pass a plain function. `String()` reads like the code that made it.
 * If `test` throws, the error reaches the subscriber and the call counts as cancelled.
 *
 * @example
 * ```ts
 * import { TimeoutError } from 'rxjs';
 * import { instanceOf, Tracker } from 'rxjs-fluxgate';
 *
 * class ServerError extends Tracker {
 *   test(error: unknown) {
 *     return typeof error === 'object' && error !== null && 'status' in error && Number(error.status) >= 500;
 *   }
 * }
 *
 * const tracker = new ServerError().or(instanceOf(TimeoutError));
 * console.log(tracker.test({ status: 503 }), tracker.test({ status: 404 })); // => true false
 * console.log(String(tracker)); // => new ServerError().or(instanceOf(TimeoutError))
 * ```
 *
 * @see {@link anyError}, {@link instanceOf}, {@link errorWhere}
 * @see Fluxgate's `Tracker`
 */
export abstract class Tracker {
  /** Whether the error is a failure of the dependency. */
  abstract test(error: unknown): boolean;

  /** A tracker that matches what both match. */
  and(other: TrackerLike): Tracker {
    const second = Tracker.from(other);
    return new PredicateTracker(
      (error) => this.test(error) && second.test(error),
      `${String(this)}.and(${textOf(other)})`,
    );
  }

  /** A tracker that matches what either matches. */
  or(other: TrackerLike): Tracker {
    const second = Tracker.from(other);
    return new PredicateTracker(
      (error) => this.test(error) || second.test(error),
      `${String(this)}.or(${textOf(other)})`,
    );
  }

  /** A tracker that matches what this one does not. */
  not(): Tracker {
    return new PredicateTracker((error) => !this.test(error), `${String(this)}.not()`);
  }

  /** Reads like the code that made the tracker; `new`, the name of the class and `()` unless overridden. */
  toString(): string {
    return `new ${this.constructor.name}()`;
  }

  /**
   * Lifts a plain function so that it composes; a tracker is returned as it is.
   *
   * @param like a tracker or a function of the error
   * @throws TypeError if it is neither, or a factory that was not called
   * @example
   * ```ts
   * import { Tracker } from 'rxjs-fluxgate';
   *
   * const isTypeError = (error: unknown) => error instanceof TypeError;
   * console.log(String(Tracker.from(isTypeError).not())); // => Tracker.from(isTypeError).not()
   * ```
   */
  static from(like: TrackerLike): Tracker {
    checkCalled('tracker', like);
    if (typeof like === 'function') return new PredicateTracker(like, `Tracker.from(${nameOf(like)})`);
    if (isTracker(like)) return like;
    throw wrongType('tracker', 'a Tracker or a function', like);
  }
}

/** Known by its methods, so that a tracker of another copy of the package is one too. */
function isTracker(value: unknown): value is Tracker {
  const { test, not, explain } = (value ?? {}) as Partial<Tracker & { explain: unknown }>;
  // A tripper has them too, and explains itself.
  return typeof test === 'function' && typeof not === 'function' && explain === undefined;
}

/** A tracker made of a function and of the text that it reads as. */
export class PredicateTracker extends Tracker {
  override readonly test: (error: unknown) => boolean;
  private readonly _text: string;

  constructor(test: (error: unknown) => boolean, text: string) {
    super();
    this.test = test;
    this._text = text;
  }

  override toString(): string {
    return this._text;
  }
}
