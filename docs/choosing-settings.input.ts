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
const after = (rate: number): Phase => ({ ...before(rate), hang: 0, ...(rate > 100 ? { duration: 40_000 } : {}) });

/** Outages of a minute, of five where calls are rare. */
const length = (rate: number): number => (rate < 1 ? 300_000 : 60_000);

export interface Shape {
  readonly title: string;
  /** Whether no call is answered well, so that every circuit must open. */
  readonly isTotal?: boolean;
  /** `stretch` makes the outage longer or shorter, because what is lost after it depends on how long the last wait is. */
  readonly phases: (rate: number, stretch: number) => readonly Phase[];
}

export const shapes: readonly Shape[] = [
  {
    title: 'All calls fail',
    isTotal: true,
    phases: (rate, stretch) => [before(rate), { duration: length(rate) * stretch, failureRate: 1 }, after(rate)],
  },
  {
    title: 'Half of the calls fail',
    phases: (rate, stretch) => [before(rate), { duration: length(rate) * stretch, failureRate: 0.5 }, after(rate)],
  },
  {
    title: 'A fifth of the calls fail',
    phases: (rate, stretch) => [
      before(rate),
      { duration: length(rate) * stretch, failureRate: 0.2, outage: true },
      after(rate),
    ],
  },
  {
    title: 'All calls hang',
    isTotal: true,
    phases: (rate, stretch) => [
      before(rate),
      { duration: length(rate) * stretch, hang: 1, failureRate: 0 },
      after(rate),
    ],
  },
  {
    title: 'Calls take ten times as long',
    phases: (rate, stretch) => [
      before(rate),
      { duration: length(rate) * stretch, latency: 500, outage: true },
      after(rate),
    ],
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
    phases: (rate) => [before(rate), { duration: 3_000, failureRate: 1, outage: true }, after(rate)],
  },
  {
    title: 'A blip of 10 s',
    phases: (rate) => [before(rate), { duration: 10_000, failureRate: 1, outage: true }, after(rate)],
  },
];

/** How many scripts with other arrivals and lengths a cell is made of. */
export const runsAt = (rate: number): number => (rate >= 1_000 ? 1 : rate >= 100 ? 2 : rate >= 10 ? 5 : 10);

/** What share of the calls fails all the time, without an outage. */
export const noises = [0.1, 0.3];

/** Between the rates above the window holds few calls, so that chance counts. */
export const noisyRates = { ...rates, '30 a minute': 1 / 2, '2 a second': 2, '5 a second': 5 };

/** A long time without an outage. */
export const noisy = (rate: number, failureRate: number): readonly Phase[] => [
  { ...before(rate), duration: Math.max(60_000, (20_000 / rate) * 1_000), failureRate, outage: false },
];

/** After how many ms callers give up. */
export const timeout = 1_000;

/** From how many ms on an answer is bad. */
export const slowAfter = 400;

const half = minRequests(20).and(failureRate(0.5));
const few = failureStreak(5).and(minRequests(20).not());

/** What one tolerates: good calls refused, or bad ones let through. */
export const contenders: Readonly<Record<string, Contender>> = {
  defaults: {},
  eager: { window: timeWindow(10_000) },
  patient: { tripper: half.or(few) },
};

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
