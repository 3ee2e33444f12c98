import { findOutages } from './find-outages.ts';
import { checkTraffic, firstAfter, firstFrom, type Span, type Traffic } from './traffic.ts';
import type { ResolvedWorld } from './world.ts';

/** Traffic and world, checked and judged once for all contenders. */
export interface Prepared {
  readonly traffic: Traffic;
  readonly world: ResolvedWorld;
  /** 1 for each call that is bad, whatever a breaker does. */
  readonly bad: Uint8Array;
  /** 1 for each status that is one of a failure. */
  readonly failed: Uint8Array;
  readonly outages: readonly Outage[];
  /** Whether they were found in the record, so that their beginnings are blurred. */
  readonly isFound: boolean;
  readonly from: number;
  /** What the report covers at the least. */
  readonly until: number;
}

export interface Outage extends Span {
  /** The index of its first call, and of the first after it. */
  readonly begin: number;
  readonly end: number;
  /** Whether it ends just before `to`: one of a script does, where the next phase begins. */
  readonly isOpen: boolean;
}

export function prepare(traffic: Traffic, world: ResolvedWorld): Prepared {
  checkTraffic('traffic', traffic);
  const { at, span } = traffic;
  const failed = judgeStatuses(traffic, world.failed);
  const bad = judge(traffic, world, failed);
  const isOpen = !world.outages && span !== undefined;
  const given = world.outages ?? traffic.outages;
  const spans = given ?? findOutages(at, bad);
  const outages = [...spans]
    .sort((a, b) => a.from - b.from)
    .map(({ from, to }) => ({
      from,
      to,
      begin: firstFrom(at, from),
      end: isOpen ? firstFrom(at, to) : firstAfter(at, to),
      isOpen,
    }));
  const from = Math.min(span?.from ?? Infinity, at[0] ?? Infinity);
  const until = Math.max(span?.to ?? -Infinity, at.at(-1) ?? -Infinity);
  return {
    traffic,
    world,
    bad,
    failed,
    outages,
    isFound: given === undefined,
    from: Number.isFinite(from) ? from : 0,
    until: Number.isFinite(until) ? until : 0,
  };
}

/** Whether an outage lasts at a moment. */
export function isWithin({ from, to, isOpen }: Outage, time: number): boolean {
  return from <= time && (isOpen ? time < to : time <= to);
}

/** Asked once for each status that occurs. */
function judgeStatuses({ status }: Traffic, failed: (status: number) => boolean): Uint8Array {
  const answers = new Uint8Array(65_536);
  const seen = new Uint8Array(65_536);
  for (const code of status) {
    if (seen[code] === 1) continue;
    seen[code] = 1;
    answers[code] = failed(code) ? 1 : 0;
  }
  return answers;
}

function judge({ duration, status }: Traffic, { timeout, slowAfter }: ResolvedWorld, failed: Uint8Array): Uint8Array {
  const bad = new Uint8Array(duration.length);
  const patience = timeout('closed');
  for (let i = 0; i < bad.length; i++) {
    const took = duration[i]!;
    bad[i] = failed[status[i]!] === 1 || took >= slowAfter || took > patience || took === Infinity ? 1 : 0;
  }
  return bad;
}
