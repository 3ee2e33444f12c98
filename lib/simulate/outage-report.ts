import { countCalls } from './bins.ts';
import { maxOf } from './extremes.ts';
import type { TracedOpening } from './openings.ts';
import type { Prepared } from './prepare.ts';
import type { Silence } from './silence.ts';
import type { Observed } from './observed.ts';
import { firstFrom } from './traffic.ts';
import { mergeSilences } from './watched-tripper.ts';

/**
 * What a configuration did about one outage.
 *
 * @example
 * ```ts
 * import { failureStreak } from 'rxjs-fluxgate';
 * import { scripted, simulate, type OutageReport } from 'rxjs-fluxgate/simulate';
 *
 * const traffic = scripted([{ duration: 5_000, rate: 10 }, { duration: 5_000, failureRate: 1 }]);
 * const show = ({ asked, met, openedAfter }: OutageReport) => console.log(asked, met, openedAfter);
 * simulate(traffic, { tripper: failureStreak(3) }).outages.forEach(show); // => 50 3 200
 * ```
 *
 * @see {@link Report}
 */
export interface OutageReport {
  /** When it began, in ms. */
  readonly from: number;
  /** When it ended, in ms. */
  readonly to: number;
  /** How many calls callers wanted in it. */
  readonly asked: number;
  /** Bad calls let through. */
  readonly met: number;
  /** Bad calls rejected. */
  readonly spared: number;
  /** From its beginning to the first opening in force before its end, in ms; 0 if open already, undefined if none was. */
  readonly openedAfter: number | undefined;
  /** From its end to closing, in ms; 0 if closed by then, undefined if it never opened, or did not close until the end. */
  readonly closedAfter: number | undefined;
  /** Good calls rejected between its end and closing. */
  readonly lostAfter: number;
  /** How many times the circuit went back to open, from its beginning until it closed. */
  readonly reopens: number;
  /** Why the circuit did not open in it. */
  readonly why?: Silence;
}

export function reportOutage(
  prepared: Prepared,
  observed: Observed,
  openings: readonly TracedOpening[],
  index: number,
): OutageReport {
  const { from, to, begin, end } = prepared.outages[index]!;
  const { bad, rejected, trippers } = observed;
  const inForce = openings.filter(({ at, until }) => at < to && (until === undefined || until > from));
  const first = inForce[0];
  const { met, spared } = countCalls(bad, rejected, begin, end);
  const closing = first && closingOf(inForce, to);
  const report = {
    from,
    to,
    asked: end - begin,
    met,
    spared,
    openedAfter: first && Math.max(0, first.at - from),
    closedAfter: closing === undefined || closing === Infinity ? undefined : closing - to,
    lostAfter: closing === undefined ? 0 : countLost(prepared, observed, end, closing),
    reopens: countReopens(prepared, inForce, index, closing),
  };
  return Object.freeze(first ? report : { ...report, why: mergeSilences(trippers, index) });
}

/** When the last of the openings in force at the end of the outage closed; `to` if none was, `Infinity` for never. */
function closingOf(inForce: readonly TracedOpening[], to: number): number {
  return maxOf(
    inForce.map(({ until = Infinity }) => until),
    to,
  );
}

function countLost({ traffic }: Prepared, { bad, rejected }: Observed, end: number, closing: number): number {
  const last = closing === Infinity ? traffic.at.length : firstFrom(traffic.at, closing);
  return countCalls(bad, rejected, end, Math.max(end, last)).lost;
}

function countReopens(
  { outages }: Prepared,
  inForce: readonly TracedOpening[],
  index: number,
  closing: number | undefined,
): number {
  const { from } = outages[index]!;
  // What happens in the next outage is of that.
  const next = outages[index + 1]?.from ?? Infinity;
  return inForce
    .flatMap(({ reopenedAt }) => reopenedAt)
    .filter((at) => at >= from && at < next && at <= (closing ?? Infinity)).length;
}
