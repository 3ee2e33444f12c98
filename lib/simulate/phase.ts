import { checkAtLeast, checkOptions, wrongType } from '../util/check.ts';
import { toRamp, type Ramp } from './ramp.ts';

/**
 * A stretch of a script. What a phase does not say it inherits from the one before, but for `duration` and `outage`;
 * of a ramp it inherits the end.
 *
 * @example
 * ```ts
 * import { scripted, type Phase } from 'rxjs-fluxgate/simulate';
 *
 * const slowing: Phase[] = [
 *   { duration: 10_000, rate: 5, latency: 50 },
 *   { duration: 10_000, latency: { from: 50, to: 2_000 }, outage: true },
 * ];
 * console.log(scripted(slowing).outages); // => [ { from: 10000, to: 20000 } ]
 * ```
 *
 * @see {@link scripted}
 */
export interface Phase {
  /** How long it lasts, in ms, above 0. */
  readonly duration: number;
  /** Calls a second, at least 0. The first phase must name it. */
  readonly rate?: number | Ramp | undefined;
  /** How long a call takes, in ms, or a function of a source of numbers in [0, 1). Default 0. */
  readonly latency?: number | ((random: () => number) => number) | Ramp | undefined;
  /** The share of calls that fail, a ratio 0..1. Default 0. */
  readonly failureRate?: number | Ramp | undefined;
  /** The status of those that fail. Default 503. */
  readonly status?: number | undefined;
  /** How long those that fail take, in ms. Default as long as the others. */
  readonly failAfter?: number | undefined;
  /** The share of calls that never end, a ratio 0..1; at most the rest can fail. Default 0. */
  readonly hang?: number | Ramp | undefined;
  /** Whether it is an outage. Default whether `failureRate` and `hang` together reach 0.5 anywhere in it. */
  readonly outage?: boolean | undefined;
}

/** A phase with what it inherits. */
export interface ResolvedPhase {
  readonly duration: number;
  readonly rate: Ramp;
  readonly latency: Ramp | ((random: () => number) => number);
  readonly failureRate: Ramp;
  readonly status: number;
  readonly failAfter: number | undefined;
  readonly hang: Ramp;
  readonly outage: boolean;
}

const NAMES = ['duration', 'rate', 'latency', 'failureRate', 'status', 'failAfter', 'hang', 'outage'];
const NONE: Ramp = { from: 0, to: 0 };

/** Checks a phase and fills in what it inherits. */
export function inherit(what: string, phase: Phase, before: ResolvedPhase | undefined): ResolvedPhase {
  checkOptions(what, phase, NAMES);
  const ratio = (name: 'failureRate' | 'hang'): Ramp => {
    const value = phase[name];
    if (value === undefined) return endOf(before?.[name] ?? NONE);
    return toRamp(`${what}: ${name}`, 'a ratio from 0 to 1', value, (n) => n >= 0 && n <= 1);
  };
  const failureRate = ratio('failureRate');
  const hang = ratio('hang');
  const most = Math.max(failureRate.from + hang.from, failureRate.to + hang.to);
  const { status = before?.status ?? 503, failAfter = before?.failAfter, outage = most >= 0.5 } = phase;
  if (!Number.isInteger(status) || status < 0 || status > 65_535) {
    throw new RangeError(`${what}: status must be an integer from 0 to 65535, got ${String(status)}`);
  }
  if (failAfter !== undefined) checkAtLeast(`${what}: failAfter`, 0, failAfter);
  if (typeof outage !== 'boolean') throw wrongType(`${what}: outage`, 'a boolean', outage);
  return {
    duration: phase.duration,
    rate: resolveRate(what, phase, before),
    latency: resolveLatency(what, phase, before),
    failureRate,
    hang,
    status,
    failAfter,
    outage,
  };
}

function resolveRate(what: string, { rate }: Phase, before: ResolvedPhase | undefined): Ramp {
  if (rate === undefined && before) return endOf(before.rate);
  return toRamp(`${what}: rate`, 'a finite number of calls a second, at least 0', rate, (n) => n >= 0 && n < Infinity);
}

function resolveLatency(
  what: string,
  { latency }: Phase,
  before: ResolvedPhase | undefined,
): Ramp | ((random: () => number) => number) {
  if (typeof latency === 'function') return latency;
  if (latency === undefined) {
    const inherited = before?.latency ?? NONE;
    return typeof inherited === 'function' ? inherited : endOf(inherited);
  }
  return toRamp(`${what}: latency`, 'at least 0 ms, a ramp or a function', latency, (n) => n >= 0 && n < Infinity);
}

function endOf({ to }: Ramp): Ramp {
  return { from: to, to };
}
