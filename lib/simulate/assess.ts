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

/** Whether in an outage calls come half as often as in as long a time before, and take longer. */
function isOmission({ traffic, outages }: Prepared, index: number): boolean {
  const { from, to, begin, end } = outages[index]!;
  const { at, duration, span } = traffic;
  const first = firstFrom(at, from - (to - from));
  // Of a script all arrivals are what callers wanted.
  if (span || begin - first < 10 || end - begin < 10) return false;
  if (at[0]! > from - (to - from)) return false;
  return (end - begin) * 2 <= begin - first && mean(duration, begin, end) > mean(duration, first, begin);
}

function mean(values: Float64Array, begin: number, end: number): number {
  let sum = 0;
  for (let i = begin; i < end; i++) sum += values[i]!;
  return sum / (end - begin);
}
