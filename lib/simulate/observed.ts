import type { Signal } from '../types/signal.ts';
import type { WatchedTripper } from './watched-tripper.ts';

/** A signal, and which of the instances changed its state. */
export interface InstanceSignal {
  readonly instance: number;
  readonly signal: Signal;
}

/** What was seen of a contender, from which the report is made. */
export interface Observed {
  readonly name: string;
  readonly to: number;
  /** 1 for each call that was rejected. */
  readonly rejected: Uint8Array;
  /** 1 for each call that ended badly, or would have. */
  readonly bad: Uint8Array;
  /** How long each call took, or would have taken; of a record without the time-out. */
  readonly duration: Float64Array;
  /** How many tries the breakers let through. */
  readonly sent: number;
  readonly signals: readonly InstanceSignal[];
  readonly trippers: readonly WatchedTripper[];
  readonly peakInFlight: number;
  /** The ms spent in bad calls; those that never ended waited until the end. */
  readonly waited: number;
}

/** One contender's run, in steps, so that it can be paused. */
export interface Run {
  /** Goes on for at most `events` events; true when there are no more. */
  advance(events: number): boolean;
  /** What was seen, once there are no more events. */
  readonly observed: Observed;
}
