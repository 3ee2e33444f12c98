import { checkOptions, wrongType } from '../util/check.ts';

/**
 * A value that changes evenly from the beginning of a phase to its end.
 *
 * @example
 * ```ts
 * import { scripted, type Ramp } from 'rxjs-fluxgate/simulate';
 *
 * const rush: Ramp = { from: 0, to: 100 };
 * console.log(scripted([{ duration: 10_000, rate: rush }]).at.length); // => 500
 * ```
 *
 * @see {@link Phase}
 */
export interface Ramp {
  /** The value at the beginning. */
  readonly from: number;
  /** The value at the end, which the next phase inherits. */
  readonly to: number;
}

/** A number or a ramp as a ramp, both its ends checked. */
export function toRamp(what: string, takes: string, value: unknown, allowed: (value: number) => boolean): Ramp {
  if (typeof value === 'object' && value !== null) checkOptions(what, value, ['from', 'to']);
  const { from, to } = (typeof value === 'object' ? (value ?? {}) : { from: value, to: value }) as Partial<Ramp>;
  for (const end of [from, to]) {
    if (typeof end !== 'number') throw wrongType(what, takes, end);
    if (!allowed(end)) throw new RangeError(`${what} must be ${takes}, got ${String(end)}`);
  }
  return { from: from!, to: to! };
}

/** The value after `share` of the phase, from 0 to 1. */
export function valueAt({ from, to }: Ramp, share: number): number {
  return from === to ? from : from + (to - from) * share;
}
