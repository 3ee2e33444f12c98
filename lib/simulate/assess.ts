import { firstFrom } from './traffic.ts';
import { formatCount, formatDuration } from './format.ts';
import type { Prepared } from './prepare.ts';
import type { Reaction } from './world.ts';

const ASSUMPTIONS = [
  'the dependency does not react to the breaker: a rejected call would have got the recorded answer',
  'callers do not react: a call that failed or was rejected brings no other',
];

/** What a simulation takes for granted. */
export function listAssumptions({ world }: Prepared): readonly string[] {
  const { instances, reaction } = world;
  const assumptions = reaction ? describeReaction(reaction) : ASSUMPTIONS;
  if (instances === 1) return assumptions;
  const taken = reaction && reaction.workers < Infinity ? 'which share the workers' : 'which take the calls in turn';
  return [...assumptions, `the record is of all ${String(instances)} instances, ${taken}`];
}

function describeReaction({ retries, workers, patience, slots }: Reaction): readonly string[] {
  const lines = [
    slots < Infinity
      ? `the dependency works on ${plural(slots, 'try', 'tries')} at once, each for the recorded duration, also if its caller has given up`
      : ASSUMPTIONS[0]!,
    retries > 0
      ? `a call that failed or was given up is tried again at once, at most ${plural(retries, 'time', 'times')}, a rejected one is not`
      : ASSUMPTIONS[1]!,
    'a try at another moment than recorded gets the answer of one of the ten calls nearest in time, of the same outage or of none',
  ];
  if (workers === Infinity) return lines;
  const until = patience < Infinity ? `, which a call leaves after ${formatDuration(patience)}` : '';
  return [
    ...lines,
    `${plural(workers, 'worker makes', 'workers make')} one call each at a time, from one queue${until}`,
  ];
}

function plural(count: number, one: string, more: string): string {
  return `${formatCount(count)} ${count === 1 ? one : more}`;
}

/** Why a report may prove little. */
export function listWarnings(prepared: Prepared): readonly string[] {
  const omission = prepared.outages.some((_, index) => isOmission(prepared, index));
  return omission
    ? [
        ...prepared.traffic.notes,
        'coordinated omission: arrivals fall by half while latency rises, so the record lacks calls that callers wanted',
      ]
    : prepared.traffic.notes;
}

/** For so many ms around its beginning a found outage may hold calls from before it, and the other way round. */
const BLURRED = 5_000;

/** Fewer calls show no rate. */
const FEWEST = 10;

/**
 * Whether in an outage calls come half as often as before it, and take longer. Before it is as long a time as the outage,
 * or what there is of it since the last outage.
 */
function isOmission({ traffic, outages, isFound }: Prepared, index: number): boolean {
  const { from, to, begin, end } = outages[index]!;
  const { at, duration, span } = traffic;
  // Of a script all arrivals are what callers wanted.
  if (span) return false;
  const until = from - (isFound ? BLURRED : 0);
  const last = firstFrom(at, until);
  const first = Math.max(firstFrom(at, until - (to - from)), outages[index - 1]?.end ?? 0);
  if (last - first < FEWEST || end - begin < FEWEST) return false;
  const before = rate(at, first, last);
  return rate(at, begin, end) * 2 <= before * (1 + 1e-9) && mean(duration, begin, end) > mean(duration, first, last);
}

/** Calls per ms, from the first of them to the last. */
function rate(at: Float64Array, begin: number, end: number): number {
  return (end - begin - 1) / (at[end - 1]! - at[begin]!);
}

function mean(values: Float64Array, begin: number, end: number): number {
  let sum = 0;
  for (let i = begin; i < end; i++) sum += values[i]!;
  return sum / (end - begin);
}
