import { checkOptions, wrongType } from '../util/check.ts';
import { maxOf } from './extremes.ts';
import type { Report } from './report.ts';

/**
 * What a configuration must keep to be recommended.
 *
 * @example
 * ```ts
 * import type { Limits } from 'rxjs-fluxgate/simulate';
 *
 * const limits: Limits = { missed: 0, openedAfter: 5_000, lost: 0.001 };
 * console.log(Object.keys(limits).join()); // => missed,openedAfter,lost
 * ```
 *
 * @see {@link recommend}
 */
export interface Limits {
  /** How many outages it may miss, a count. Default 0. */
  readonly missed?: number | undefined;
  /** How many false alarms it may raise, a count. Default 0. */
  readonly falseAlarms?: number | undefined;
  /** After how many ms it must be open in each outage in which it opens. Default no limit. */
  readonly openedAfter?: number | undefined;
  /** Which share of the calls asked for may be good ones lost, a ratio 0..1. Default no limit. */
  readonly lost?: number | undefined;
}

/** What is measured of a candidate; of several traffics the worst of each. */
export interface Measures {
  readonly met: number;
  readonly lost: number;
  readonly limited: Readonly<Record<keyof Limits, number>>;
}

/** Measures a configuration by its reports, one a traffic. */
export function measure(reports: readonly Report[]): Measures {
  const worst = (of: (report: Report) => number): number => maxOf(reports.map(of), 0);
  return {
    met: worst(({ met }) => met),
    lost: worst(({ lost }) => lost),
    limited: {
      missed: worst(({ outages }) => outages.filter(({ openedAfter }) => openedAfter === undefined).length),
      falseAlarms: worst(({ openings }) => openings.filter(({ falseAlarm }) => falseAlarm).length),
      openedAfter: worst(({ outages }) =>
        maxOf(
          outages.map(({ openedAfter = 0 }) => openedAfter),
          0,
        ),
      ),
      lost: worst(({ lost, asked }) => (asked === 0 ? 0 : lost / asked)),
    },
  };
}

const NAMES: readonly (keyof Limits)[] = ['missed', 'falseAlarms', 'openedAfter', 'lost'];

/** Checks limits and fills in the defaults: no outage missed, no false alarm. */
export function resolveLimits(what: string, limits: Limits): Readonly<Record<keyof Limits, number>> {
  checkOptions(what, limits, NAMES);
  const { missed = 0, falseAlarms = 0, openedAfter = Infinity, lost = Infinity } = limits;
  for (const [name, value] of Object.entries({ missed, falseAlarms, openedAfter, lost })) {
    if (typeof value !== 'number') throw wrongType(`${what}: ${name}`, 'a number of at least 0', value);
    if (!(value >= 0)) throw new RangeError(`${what}: ${name} must be a number of at least 0, got ${String(value)}`);
  }
  return { missed, falseAlarms, openedAfter, lost };
}

/** The names of the limits that are broken. */
export function findBreaks(
  { limited }: Measures,
  limits: Readonly<Record<keyof Limits, number>>,
): readonly (keyof Limits)[] {
  return Object.freeze(NAMES.filter((name) => limited[name] > limits[name]));
}

/** By how much limits are broken, each as a part of the limit; of a limit of 0 as a count. */
export function sumExcess({ limited }: Measures, limits: Readonly<Record<keyof Limits, number>>): number {
  return NAMES.reduce((sum, name) => {
    const over = limited[name] - limits[name];
    return over > 0 ? sum + over / (limits[name] || 1) : sum;
  }, 0);
}
