import { firstFrom } from './traffic.ts';
import type { Prepared } from './prepare.ts';

const ASSUMPTIONS = [
  'the dependency does not react to the breaker: a rejected call would have got the recorded answer',
  'callers do not react: a call that failed or was rejected brings no other',
];

/** What a simulation takes for granted. */
export function listAssumptions({ world }: Prepared): readonly string[] {
  const { instances } = world;
  if (instances === 1) return ASSUMPTIONS;
  return [...ASSUMPTIONS, `the record is of all ${String(instances)} instances, which take the calls in turn`];
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
