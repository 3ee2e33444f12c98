import type { Tripper } from '../components/trippers/tripper.ts';
import type { CallContext } from '../types/call-context.ts';
import type { Metric } from '../types/metric.ts';
import type { FleetView } from './store.ts';

type Counts = Pick<FleetView, 'members' | 'open' | 'successes' | 'failures'>;

/** What a fleet does not know, for its members report counts and votes alone. */
function unknown(name: string): never {
  throw new TypeError(
    `a fleet's tripper cannot ask for ${name}: members report successes, failures and whether they are open`,
  );
}

class PooledMetric implements Metric {
  readonly totalCount: number;
  readonly failureCount: number;
  readonly failureRate: number | undefined;

  constructor({ successes, failures }: Counts) {
    this.totalCount = successes + failures;
    this.failureCount = failures;
    this.failureRate = this.totalCount > 0 ? failures / this.totalCount : undefined;
  }

  get totalDuration(): never {
    return unknown('durations');
  }

  get avgDuration(): never {
    return unknown('durations');
  }

  get slowCounts(): never {
    return unknown('slow calls');
  }

  slowRate(): never {
    return unknown('slow calls');
  }
}

/** What a fleet's tripper is asked about: the counts of all members. */
export class PooledContext implements CallContext {
  readonly metric: Metric;
  readonly state = 'closed';
  readonly successes: number;
  readonly failures: number;
  readonly members: number;
  readonly openMembers: number;
  readonly changedAt: number;
  readonly now: number;

  constructor(counts: Counts, changedAt: number, now: number) {
    this.metric = new PooledMetric(counts);
    this.successes = counts.successes;
    this.failures = counts.failures;
    this.members = counts.members;
    this.openMembers = counts.open;
    this.changedAt = changedAt;
    this.now = now;
  }

  get outcome(): never {
    return unknown('outcome');
  }

  get cause(): never {
    return unknown('cause');
  }

  get duration(): never {
    return unknown('durations');
  }

  get slow(): never {
    return unknown('slow calls');
  }

  get consecutiveFailures(): never {
    return unknown('streaks');
  }

  get consecutiveSuccesses(): never {
    return unknown('streaks');
  }

  get inFlight(): never {
    return unknown('calls in flight');
  }
}

/** Asks each leaf once, so that one that a fleet cannot answer throws when the fleet is joined. */
export function checkLeaves(leaves: readonly Tripper[]): void {
  const context = new PooledContext({ members: 1, open: 0, successes: 0, failures: 0 }, 0, 0);
  for (const leaf of leaves) leaf.test(context);
}
