import {
  admitAll,
  backoff,
  cooldown,
  failureRate,
  failureStreak,
  minRequests,
  probes,
  slowRate,
  timeWindow,
  type CircuitBreakerOptions,
} from 'rxjs-fluxgate';

/** How a dependency responds to a call: after so many ms, well or not, or never. */
export type Answer = 'never' | { readonly latency: number; readonly fails: boolean };

/** Something that an application calls, and that fails in its own way. */
export interface Dependency {
  readonly name: string;
  /** For people. */
  readonly text: string;
  /** Calls a second. */
  readonly rate: number;
  readonly breaker: CircuitBreakerOptions;
  /** @param elapsed in ms, since the start */
  readonly answer: (elapsed: number) => Answer;
}

const common: CircuitBreakerOptions = { window: timeWindow(10_000), permit: admitAll(), maxProbes: 3 };

/** Each fails again and again, and out of step with the others, so that there is always something to see. */
export const DEPENDENCIES: readonly Dependency[] = [
  {
    name: 'payments',
    text: 'goes down hard and comes back',
    rate: 20,
    breaker: {
      ...common,
      tripper: failureStreak(5).or(minRequests(20).and(failureRate(0.5))),
      retry: backoff({ initial: 4_000, multiplier: 1.5, max: 12_000, jitter: 0.1 }),
      recovery: probes(3),
    },
    answer: (elapsed) => {
      const down = within(elapsed, 45_000, 12_000, 32_000);
      return { latency: down ? 3 : between(20, 60), fails: down || Math.random() < 0.01 };
    },
  },
  {
    name: 'search',
    text: 'gets slow',
    rate: 12,
    breaker: {
      ...common,
      tripper: minRequests(20).and(slowRate(0.5, 400)),
      retry: cooldown(6_000, { jitter: 0.1 }),
      recovery: probes(5),
    },
    answer: (elapsed) => {
      const load = within(elapsed, 60_000, 18_000, 40_000) ? (elapsed % 60_000) - 18_000 : 0;
      return { latency: between(40, 90) + Math.min(700, load / 10), fails: Math.random() < 0.01 };
    },
  },
  {
    name: 'stock',
    text: 'flaps',
    rate: 15,
    breaker: { ...common, tripper: minRequests(10).and(failureRate(0.3)), retry: cooldown(2_500) },
    answer: (elapsed) => ({ latency: between(10, 40), fails: elapsed % 11_000 > 6_000 && Math.random() < 0.9 }),
  },
  {
    name: 'mail',
    text: 'fails more and more',
    rate: 8,
    breaker: {
      ...common,
      tripper: minRequests(20).and(failureRate(0.4)),
      retry: backoff({ initial: 5_000, max: 20_000 }),
      recovery: probes(5, { maxFailureRate: 0.2 }),
    },
    answer: (elapsed) => {
      const share = Math.max(0, (elapsed % 50_000) - 8_000) / 35_000;
      return { latency: between(60, 140), fails: Math.random() < share };
    },
  },
  {
    name: 'reports',
    text: 'takes calls and never responds',
    rate: 6,
    breaker: { ...common, tripper: failureStreak(6), retry: cooldown(8_000), probeTimeout: 2_000 },
    answer: (elapsed) =>
      within(elapsed, 55_000, 25_000, 45_000) ? 'never' : { latency: between(120, 300), fails: false },
  },
];

/** Whether so much of a period has gone by. */
function within(elapsed: number, period: number, from: number, until: number): boolean {
  return elapsed % period >= from && elapsed % period < until;
}

function between(least: number, most: number): number {
  return least + Math.random() * (most - least);
}
