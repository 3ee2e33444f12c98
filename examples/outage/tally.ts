import type { CallEvent } from 'rxjs-fluxgate';

/** How many calls there were, and what became of them. */
export interface Tally {
  readonly calls: number;
  readonly failures: number;
  readonly rejected: number;
  /** Requests that the server has counted itself. */
  readonly received: number;
}

export const NOTHING: Tally = { calls: 0, failures: 0, rejected: 0, received: 0 };

export function withCall(tally: Tally, { type }: CallEvent): Tally {
  return {
    ...tally,
    calls: tally.calls + 1,
    failures: tally.failures + (type === 'failure' ? 1 : 0),
    rejected: tally.rejected + (type === 'rejected' ? 1 : 0),
  };
}

export function withRequest(tally: Tally): Tally {
  return { ...tally, received: tally.received + 1 };
}

/** What has been added to an earlier tally. */
export function since(earlier: Tally, now: Tally): Tally {
  return {
    calls: now.calls - earlier.calls,
    failures: now.failures - earlier.failures,
    rejected: now.rejected - earlier.rejected,
    received: now.received - earlier.received,
  };
}
