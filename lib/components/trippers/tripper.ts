import type { CallContext } from '../../types/call-context.ts';
import type { Readings } from '../../types/readings.ts';
import { wrongType } from '../../util/check.ts';
import { checkCalled } from '../../util/factory.ts';
import { nameOf, textOf } from '../../util/name-of.ts';

/**
 * A {@link Tripper}, or a plain function with the signature of its `test`.
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
 * Decides when the circuit must open; tested once after each recorded outcome, so it should be quick and depend on
 * nothing but the context.
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
 *   // Yielding its parts shows the breaker which slow thresholds to count.
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
   * The thresholds in ms that it passes to `metric.slowRate`. Default undefined: unknown, so the breaker learns a
   * threshold when `slowRate` is first called with it, and counts slow calls from the next call on.
   */
  declare readonly slowThresholds?: readonly number[] | undefined;

  /** How many calls the window must hold before it can ever be true, a count. Default none. */
  declare readonly minCalls?: number | undefined;

  /**
   * The same as `test` for trippers of the package, which read live counts. Undefined for a user's: it gets a copy.
   *
   * @internal
   */
  declare readonly _holds?: ((readings: Readings) => boolean) | undefined;

  /**
   * Whether it never holds while no call of the window failed or was slow, and the last one did not fail: so it is not
   * asked after nearly all calls.
   *
   * @internal
   */
  declare readonly _onlyInTrouble?: boolean | undefined;

  /**
   * Whether only a fleet can decide it.
   *
   * @internal
   */
  declare readonly _fleetOnly?: boolean | undefined;

  /** Returns whether the circuit must open, or reopen. */
  abstract test(context: CallContext): boolean;

  /**
   * Describes the condition and the values measured, for {@link Signal.detail} when it held and for
   * {@link CircuitBreakerInfo.detail} whether it holds or not. Default `String(this)`.
   */
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
    const both = [this, second];
    const [a, b] = [this._holds, second._holds];
    return new ComposedTripper(
      `${String(this)}.and(${textOf(other)})`,
      both,
      (context) => this.test(context) && second.test(context),
      (context, held) => explainAll(both, context, held ? ' and ' : ', '),
      a && b && ((readings) => a(readings) && b(readings)),
      this._onlyInTrouble === true || second._onlyInTrouble === true,
    );
  }

  /** A tripper that holds when either does. */
  or(other: TripperLike): Tripper {
    const second = Tripper.from(other);
    const both = [this, second];
    const [a, b] = [this._holds, second._holds];
    return new ComposedTripper(
      `${String(this)}.or(${textOf(other)})`,
      both,
      (context) => this.test(context) || second.test(context),
      (context, held) =>
        held
          ? explainAll(
              both.filter((part) => part.test(context)),
              context,
              ' and ',
            )
          : explainAll(both, context, ', '),
      a && b && ((readings) => a(readings) || b(readings)),
      this._onlyInTrouble && second._onlyInTrouble,
    );
  }

  /** A tripper that holds when this one does not. */
  not(): Tripper {
    const holds = this._holds;
    return new ComposedTripper(
      `${String(this)}.not()`,
      [this],
      (context) => !this.test(context),
      (context) => `not ${this.explain(context)}`,
      holds && ((readings) => !holds(readings)),
      false,
    );
  }

  /** Reads like the code that made the tripper; `new`, the name of the class and `()` unless overridden. */
  toString(): string {
    return `new ${this.constructor.name}()`;
  }

  /**
   * Lifts a plain function so that it composes; returns a tripper as it is.
   *
   * @param like a tripper or a function of the context
   * @throws TypeError if it is neither, or a factory that was not called
   * @example
   * ```ts
   * import { minRequests, Tripper, type CallContext } from 'rxjs-fluxgate';
   *
   * const crowded = ({ inFlight }: CallContext) => inFlight > 100;
   * console.log(String(Tripper.from(crowded).and(minRequests(20)))); // => Tripper.from(crowded).and(minRequests(20))
   * ```
   */
  static from(like: TripperLike): Tripper {
    checkCalled('tripper', like);
    if (typeof like === 'function') return new PredicateTripper(`Tripper.from(${nameOf(like)})`, like);
    if (isTripper(like)) return like;
    throw wrongType('tripper', 'a Tripper or a function', like);
  }
}

function explainAll(trippers: readonly Tripper[], context: CallContext, separator: string): string {
  return trippers.map((tripper) => tripper.explain(context)).join(separator);
}

/** Known by its methods, so that a tripper of another copy of the package is one too. */
function isTripper(value: unknown): value is Tripper {
  const { test, explain } = (value ?? {}) as Partial<Tripper>;
  return typeof test === 'function' && typeof explain === 'function';
}

/** A tripper made of a function and of the text that it reads as. */
class PredicateTripper extends Tripper {
  override readonly test: (context: CallContext) => boolean;
  private readonly _text: string;

  constructor(text: string, test: (context: CallContext) => boolean) {
    super();
    this._text = text;
    this.test = test;
  }

  override toString(): string {
    return this._text;
  }
}

/** A tripper made of others. */
class ComposedTripper extends PredicateTripper {
  /** @internal */
  override readonly _holds: ((readings: Readings) => boolean) | undefined;
  /** @internal */
  override readonly _onlyInTrouble: boolean | undefined;
  private readonly _parts: readonly Tripper[];
  private readonly _explain: (context: CallContext, held: boolean) => string;

  constructor(
    text: string,
    parts: readonly Tripper[],
    test: (context: CallContext) => boolean,
    explain: (context: CallContext, held: boolean) => string,
    holds: ((readings: Readings) => boolean) | undefined,
    onlyInTrouble: boolean | undefined,
  ) {
    super(text, test);
    this._parts = parts;
    this._explain = explain;
    this._holds = holds;
    this._onlyInTrouble = onlyInTrouble;
  }

  override explain(context: CallContext): string {
    // Empty if a part changes its mind when it is tested again.
    return this._explain(context, this.test(context)) || String(this);
  }

  override [Symbol.iterator](): Iterator<Tripper> {
    return this._parts.flatMap((part) => [...part]).values();
  }
}
