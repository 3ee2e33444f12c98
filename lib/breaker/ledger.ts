import type { CallRecord } from '../shapes/call-record.ts';
import type { Metric } from '../shapes/metric.ts';
import type { Tripper } from '../trippers/tripper.ts';
import type { SlidingWindow } from '../windows/sliding-window.ts';
import { SlowThresholds } from './slow-thresholds.ts';

/** How many calls can be counted anew at a slow threshold that turns up late. */
const MOST_EARLY = 100;

type Entry = Omit<CallRecord, 'slowAt'>;

/** The user's window, told of each call at which of the tripper's slow thresholds it was slow. */
export class Ledger {
  readonly #window: SlidingWindow;
  readonly #slow: SlowThresholds;
  /** How many thresholds the calls in the window have been counted at. */
  #counted: number;
  /** All calls since the last reset; undefined if there are too many, or no threshold can turn up late. */
  #early: Entry[] | undefined;

  constructor(window: SlidingWindow, tripper: Tripper) {
    this.#window = window;
    this.#slow = new SlowThresholds(tripper);
    this.#counted = this.#slow.count;
    this.#early = this.#slow.allNamed ? undefined : [];
  }

  record(entry: Entry): void {
    this.#keep(entry);
    if (this.#early && this.#early.push(entry) > MOST_EARLY) this.#early = undefined;
  }

  getMetric(now: number): Metric {
    return this.#window.getMetric(now);
  }

  /** The metric as trippers and recoveries get it: what they ask for is counted from then on. */
  learningFrom(metric: Metric): Metric {
    return this.#slow.learningFrom(metric);
  }

  /** Counts the calls anew if a threshold has been asked for that nobody had named; says whether it did. */
  recount(): boolean {
    const learned = this.#slow.count > this.#counted;
    this.#counted = this.#slow.count;
    if (!learned || !this.#early) return false;
    this.#window.reset();
    for (const entry of this.#early) this.#keep(entry);
    return true;
  }

  reset(): void {
    this.#window.reset();
    this.#early = this.#slow.allNamed ? undefined : [];
  }

  #keep({ success, duration, timestamp }: Entry): void {
    this.#window.record({ success, duration, slowAt: this.#slow.reachedBy(duration), timestamp });
  }
}
