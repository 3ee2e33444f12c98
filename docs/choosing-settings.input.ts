// What docs/choosing-settings.md is made of: npm run build:settings writes it, and a test compares it.
import { backoff, failureRate, failureStreak, minRequests, probes, timeWindow } from 'rxjs-fluxgate';
import type { Contender, Grid, Phase } from 'rxjs-fluxgate/simulate';

/** Calls a second, by what a reader calls them. */
export const rates: Readonly<Record<string, number>> = {
  '10 a minute': 1 / 6,
  '1 a second': 1,
  '10 a second': 10,
  '100 a second': 100,
  '1,000 a second': 1_000,
};

/** How long a script is well before and after, in ms. */
const before = (rate: number): Phase => ({
  duration: rate < 1 ? 300_000 : 60_000,
  rate,
  latency: 50,
  failureRate: 0.01,
});
const after = (rate: number): Phase => ({ ...before(rate), hang: 0 });

/** Outages of a minute, of five where calls are rare. */
const length = (rate: number): number => (rate < 1 ? 300_000 : 60_000);

export interface Shape {
  readonly title: string;
  /** Whether no call is answered well, so that every circuit must open. */
  readonly isTotal?: boolean;
  readonly phases: (rate: number) => readonly Phase[];
}

export const shapes: readonly Shape[] = [
  {
    title: 'All calls fail',
    isTotal: true,
    phases: (rate) => [before(rate), { duration: length(rate), failureRate: 1 }, after(rate)],
  },
  {
    title: 'Half of the calls fail',
    phases: (rate) => [before(rate), { duration: length(rate), failureRate: 0.5 }, after(rate)],
  },
  {
    title: 'A fifth of the calls fail',
    phases: (rate) => [before(rate), { duration: length(rate), failureRate: 0.2, outage: true }, after(rate)],
  },
  {
    title: 'All calls hang',
    isTotal: true,
    phases: (rate) => [before(rate), { duration: length(rate), hang: 1, failureRate: 0 }, after(rate)],
  },
  {
    title: 'Calls take ten times as long',
    phases: (rate) => [before(rate), { duration: length(rate), latency: 500, outage: true }, after(rate)],
  },
  {
    title: 'Failing and well in turns of 5 s',
    phases: (rate) => [
      before(rate),
      ...Array.from({ length: 6 }, () => [
        { duration: 5_000, failureRate: 1, outage: true },
        { duration: 5_000, failureRate: 0.01, outage: true },
      ]).flat(),
      after(rate),
    ],
  },
  {
    title: 'A blip of 3 s',
    phases: (rate) => [before(rate), { duration: 3_000, failureRate: 1, outage: false }, after(rate)],
  },
];

/** After how many ms callers give up. */
export const timeout = 1_000;

export const contenders: Readonly<Record<string, Contender>> = { defaults: {} };

/** What is tried for each rate. */
export const grid: Grid<{ streak: number; calls: number; rate: number }> = {
  parameters: { streak: [3, 5, 10, 20], calls: [10, 20, 50], rate: [0.3, 0.5, 0.8] },
  build: ({ streak, calls, rate }) => ({
    window: timeWindow(60_000),
    tripper: minRequests(calls).and(failureRate(rate)).or(failureStreak(streak)),
    retry: backoff({ initial: 5_000, max: 60_000 }),
    recovery: probes(3, { maxFailureRate: 0.34 }),
  }),
};
