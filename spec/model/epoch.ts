// One stay in a state, of which every record is kept; everything is computed from them.
import type { State } from '../../lib/index.ts';
import type { Config, RecoveryConfig, TripperConfig, WindowConfig } from './config.ts';
import type { ModelCall } from './model.ts';
import type { Rejection } from './rejection.ts';

type ProbesConfig = Extract<RecoveryConfig, { kind: 'probes' }>;

export type Recorded = 'success' | 'failure';

interface Recording {
  readonly outcome: Recorded;
  readonly duration: number;
  readonly at: number;
}

export interface Counts {
  readonly totalCount: number;
  readonly failureCount: number;
  readonly totalDuration: number;
  readonly slowCounts: ReadonlyMap<number, number>;
}

/** A rejection in this epoch. */
interface Rejected {
  readonly rejection: Rejection;
  readonly at: number;
  /** Of all rejections by this breaker, from 1. */
  readonly number: number;
}

export class Epoch {
  readonly state: State;
  readonly changedAt: number;
  readonly inFlight = new Set<ModelCall>();
  /** Probes, and refusals of the permit. */
  admitted = 0;
  denied = 0;
  lastRejected: Rejected | undefined;
  /** How many probes were lost to each rejection, without those in the credit. */
  readonly losses = new Map<Rejection, number>();
  /** Probes that were lost to rejections which left none in flight. */
  credit = 0;

  readonly #config: Config;
  /** All that was recorded, and what of it came after the last `reset()` while closed. */
  readonly #all: Recording[] = [];
  #kept: Recording[] = [];

  constructor(config: Config, state: State, changedAt: number) {
    this.#config = config;
    this.state = state;
    this.changedAt = changedAt;
  }

  record(outcome: Recorded, duration: number, at: number): void {
    const recording = { outcome, duration, at };
    this.#all.push(recording);
    this.#kept.push(recording);
  }

  /** Forgets window and streaks. */
  clear(): void {
    this.#kept = [];
  }

  /** What the window holds. */
  counts(now: number): Counts {
    const held = inWindow(this.#config.window, this.#kept, now);
    const slowCounts = new Map<number, number>();
    for (const ms of thresholdsOf(this.#config.tripper)) {
      const slow = held.filter(({ duration }) => duration >= ms).length;
      if (slow > 0) slowCounts.set(ms, slow);
    }
    return {
      totalCount: held.length,
      failureCount: held.filter(({ outcome }) => outcome === 'failure').length,
      totalDuration: held.reduce((sum, { duration }) => sum + duration, 0),
      slowCounts,
    };
  }

  /** What the outcome just recorded leads to. */
  verdict(now: number): 'open' | 'closed' | undefined {
    const { recovery, tripper } = this.#config;
    if (this.state === 'closed') return this.#trips(tripper, now) ? 'open' : undefined;
    if (this.state !== 'half_open') return undefined;
    if (recovery.kind === 'probes') return this.#byProbes(recovery);
    if (this.#trips(tripper, now)) return 'open';
    return this.#all.at(-1)?.outcome === 'success' ? 'closed' : undefined;
  }

  /** Whether too many of the first `count` outcomes are failures or slow, whatever the rest will be. */
  #byProbes({ count, maxFailureRate, slowAfter = Infinity, maxSlowRate }: ProbesConfig): 'open' | 'closed' | undefined {
    const first = this.#all.slice(0, count);
    const failures = first.filter(({ outcome }) => outcome === 'failure').length;
    const slow = first.filter(({ duration }) => duration >= slowAfter).length;
    const missing = count - first.length;
    if (failures / count > maxFailureRate || slow / count > maxSlowRate) return 'open';
    const safe = (failures + missing) / count <= maxFailureRate;
    // Without `slowAfter` no probe is slow, also none that is still to come.
    const fast = slowAfter === Infinity || (slow + missing) / count <= maxSlowRate;
    return safe && fast ? 'closed' : undefined;
  }

  #trips(config: TripperConfig, now: number): boolean {
    const { totalCount, failureCount, totalDuration, slowCounts } = this.counts(now);
    switch (config.kind) {
      case 'closed':
        return this.state === 'closed';
      case 'halfOpened':
        return this.state === 'half_open';
      case 'minRequests':
        return totalCount >= config.count;
      case 'failureCount':
        return failureCount >= config.count;
      case 'failureStreak':
        return this.#streakOf('failure') >= config.count;
      case 'successStreak':
        return this.#streakOf('success') >= config.count;
      case 'failureRate':
        return totalCount > 0 && failureCount / totalCount >= config.ratio;
      case 'avgLatency':
        return totalCount > 0 && totalDuration / totalCount >= config.ms;
      case 'slowRate':
        return totalCount > 0 && (slowCounts.get(config.ms) ?? 0) / totalCount >= config.ratio;
      case 'and':
        return this.#trips(config.first, now) && this.#trips(config.second, now);
      case 'or':
        return this.#trips(config.first, now) || this.#trips(config.second, now);
      case 'not':
        return !this.#trips(config.part, now);
    }
  }

  #streakOf(outcome: Recorded): number {
    const outcomes = this.#kept.map((recording) => recording.outcome);
    return outcomes.length - 1 - outcomes.lastIndexOf(outcome === 'failure' ? 'success' : 'failure');
  }
}

function inWindow(config: WindowConfig, records: Recording[], now: number): Recording[] {
  if (config.kind === 'count') return records.slice(-config.size);
  const width = config.duration / config.buckets;
  return records.filter(({ at }) => Math.floor(at / width) > Math.floor(now / width) - config.buckets);
}

function thresholdsOf(config: TripperConfig): number[] {
  if (config.kind === 'slowRate') return [config.ms];
  if (config.kind === 'not') return thresholdsOf(config.part);
  return config.kind === 'and' || config.kind === 'or'
    ? [...thresholdsOf(config.first), ...thresholdsOf(config.second)]
    : [];
}
