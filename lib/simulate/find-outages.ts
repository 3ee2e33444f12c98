import type { Span } from './traffic.ts';

/** Calls that began at most so many ms apart are neighbours. */
const NEAR = 5_000;

/** Fewer neighbours say nothing. */
const FEWEST = 10;

/** A gap of so many ms or more parts two outages. */
const GAP = 15_000;

/** What is shorter, in ms, is no outage. */
const SHORTEST = 5_000;

/**
 * The bad spells of a record: calls of whose neighbours half or more are bad, joined over short gaps. No breaker is
 * asked, so that an outage is one whatever would have been done about it.
 */
export function findOutages(at: Float64Array, bad: Uint8Array): readonly Span[] {
  const outages: Span[] = [];
  let from = NaN;
  let to = NaN;
  const add = (): void => {
    if (to - from >= SHORTEST) outages.push(Object.freeze({ from, to }));
  };
  let first = 0;
  let next = 0;
  let count = 0;
  for (const now of at) {
    while (next < at.length && at[next]! <= now + NEAR) count += bad[next++]!;
    while (at[first]! < now - NEAR) count -= bad[first++]!;
    const near = next - first;
    if (near < FEWEST || count * 2 < near) continue;
    if (!(now - to < GAP)) {
      add();
      from = now;
    }
    to = now;
  }
  add();
  return outages;
}
