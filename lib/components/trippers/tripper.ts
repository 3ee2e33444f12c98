import type { CallContext } from '../../types/call-context.ts';
import { wrongType } from '../../util/check.ts';
import { nameOf, textOf } from '../../util/name-of.ts';

/**
 * A {@link Tripper}, or a plain function that answers what its `test` would.
 *
 * @example
 * ```ts
 * import { failureStreak, type TripperLike } from 'rxjs-fluxgate';
 *
 * const trippers: TripperLike[] = [failureStreak(5), ({ failures }) => failures >= 10];
 * console.log(trippers.length); // => 2
 * ```
 *
 * @see {@link Tripper.from}
 */
export type TripperLike = Tripper | ((context: CallContext) => boolean);

/**
 * Tells when the circuit must open; asked after each recorded outcome, so it should be quick and depend on nothing but
 * the context.
 *
 * Extend it for a tripper of your own, or pass a plain function. `String()` reads like the code that made it.
 * If `test` throws, the error reaches the subscriber; the outcome stays recorded and the state as it was.
 *
 * @example
 * ```ts
 * import { minRequests, slowRate, Tripper, type CallContext } from 'rxjs-fluxgate';
 *
 * // Holds when its part does, but not while fewer than `calls` are in flight.
 * class UnderLoad extends Tripper {
 *   readonly calls: number;
 *   readonly part: Tripper;
 *   constructor(calls: number, part: Tripper) {
 *     super();
 *     this.calls = calls;
 *     this.part = part;
 *   }
 *   test(context: CallContext) {
 *     return context.inFlight >= this.calls && this.part.test(context);
 *   }
 *   // Yielding its parts tells the breaker which slow thresholds to count.
 *   override *[Symbol.iterator]() {
 *     yield* this.part;
 *   }
 *   override toString() {
 *     return `new UnderLoad(${this.calls}, ${this.part})`;
 *   }
 * }
 *
 * console.log(String(minRequests(20).and(new UnderLoad(50, slowRate(0.3, 1_000)))));
 * // => minRequests(20).and(new UnderLoad(50, slowRate(0.3, 1000)))
 * ```
 *
 * @see {@link failureRate}, {@link minRequests}, {@link slowRate}, {@link failureStreak}
 * @see Fluxgate's `Tripper`
 */
export abstract class Tripper {
  /**
   * The thresholds in ms that it asks `metric.slowRate` about. Default undefined: not said, so the breaker learns a
   * threshold when it is first asked for, and counts the calls so far anew if there are no more than 100.
   */
  declare readonly slowThresholds?: readonly number[] | undefined;

  /** How many calls the window must hold before it can ever be true, a count. Default none. */
  declare readonly minCalls?: number | undefined;

  /** Whether the circuit must open, or reopen. */
  abstract test(context: CallContext): boolean;

  /** What {@link Signal.detail} says when it held: the condition and the values measured. Default `String(this)`. */
  explain(_context: CallContext): string {
    return String(this);
  }

  /** The trippers that it is made of; itself, if it is not made of others. */
  [Symbol.iterator](): Iterator<Tripper> {
    return [this as Tripper].values();
  }

  /** A tripper that holds when both do. */
  and(other: TripperLike): Tripper {
    const second = Tripper.from(other);
    return new ComposedTripper(
      `${String(this)}.and(${textOf(other)})`,
      [this, second],
      (context) => this.test(context) && second.test(context),
      (context) => `${this.explain(context)} and ${second.explain(context)}`,
    );
  }

  /** A tripper that holds when either does. */
  or(other: TripperLike): Tripper {
    const parts = [this, Tripper.from(other)] as const;
    const text = `${String(this)}.or(${textOf(other)})`;
    return new ComposedTripper(
      text,
      parts,
      (context) => parts[0].test(context) || parts[1].test(context),
      (context) => {
        const held = parts.filter((part) => part.test(context));
        // None, if a part answers otherwise when it is asked again.
        return held.map((part) => part.explain(context)).join(' and ') || text;
      },
    );
  }

  /** A tripper that holds when this one does not. */
  not(): Tripper {
    return new ComposedTripper(
      `${String(this)}.not()`,
      [this],
      (context) => !this.test(context),
      (context) => `not ${this.explain(context)}`,
    );
  }

  /** Reads like the code that made the tripper; `new`, the name of the class and `()` unless overridden. */
  toString(): string {
    return `new ${this.constructor.name}()`;
  }

  /**
   * Lifts a plain function so that it composes; a tripper is returned as it is.
   *
   * @param like a tripper or a function of the context
   * @throws TypeError if it is neither
   * @example
   * ```ts
   * import { minRequests, Tripper, type CallContext } from 'rxjs-fluxgate';
   *
   * const crowded = ({ inFlight }: CallContext) => inFlight > 100;
   * console.log(String(Tripper.from(crowded).and(minRequests(20)))); // => Tripper.from(crowded).and(minRequests(20))
   * ```
   */
  static from(like: TripperLike): Tripper {
    if (typeof like === 'function') return new PredicateTripper(`Tripper.from(${nameOf(like)})`, like);
    if (isTripper(like)) return like;
    throw wrongType('tripper', 'a Tripper or a function', like);
  }
}

/** Known by its methods, so that a tripper of another copy of the package is one too. */
function isTripper(value: unknown): value is Tripper {
  const { test, explain } = (value ?? {}) as Partial<Tripper>;
  return typeof test === 'function' && typeof explain === 'function';
}

/** A tripper made of a function, of the text that it reads as, and of what it says when it held. */
export class PredicateTripper extends Tripper {
  override readonly test: (context: CallContext) => boolean;
  readonly #text: string;
  readonly #explain: ((context: CallContext) => string) | undefined;

  constructor(text: string, test: (context: CallContext) => boolean, explain?: (context: CallContext) => string) {
    super();
    this.#text = text;
    this.test = test;
    this.#explain = explain;
  }

  override explain(context: CallContext): string {
    return this.#explain ? this.#explain(context) : this.#text;
  }

  override toString(): string {
    return this.#text;
  }
}

class ComposedTripper extends PredicateTripper {
  readonly #parts: readonly Tripper[];

  constructor(
    text: string,
    parts: readonly Tripper[],
    test: (context: CallContext) => boolean,
    explain: (context: CallContext) => string,
  ) {
    super(text, test, explain);
    this.#parts = parts;
  }

  override *[Symbol.iterator](): Generator<Tripper> {
    for (const part of this.#parts) yield* part;
  }
}
