import type { Labels } from './sample.ts';

/**
 * A call that may become an exemplar.
 *
 * @example
 * ```ts
 * import type { ExemplarCall } from 'rxjs-fluxgate/prometheus';
 *
 * const slowOnly = ({ duration }: ExemplarCall) => (duration > 1_000 ? { trace_id: '4bf92f35' } : undefined);
 * console.log(slowOnly({ name: 'payments', outcome: 'success', duration: 20 })); // => undefined
 * ```
 *
 * @see {@link ExposeMetricsOptions.exemplarLabels}
 */
export interface ExemplarCall {
  /** The name of the circuit. */
  readonly name: string;
  /** How the call ended. */
  readonly outcome: 'success' | 'failure';
  /** How long it took, in ms. */
  readonly duration: number;
}

/** Returns the labels of an exemplar; undefined for none. */
export type ToExemplarLabels = (call: ExemplarCall) => Labels | undefined;
