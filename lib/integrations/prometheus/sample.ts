/** The labels of a series or of an exemplar. */
export type Labels = Readonly<Record<string, string | number>>;

/** A call that is an example of the calls in a bucket of the histogram. */
export interface Exemplar {
  readonly labelSet: Labels;
  /** In seconds. */
  readonly value: number;
  /** In seconds since 1970. */
  readonly timestamp: number;
}

/** The value of one series, as the client libraries take it. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  /** Where it is not the metric's own, such as for a bucket. */
  readonly metricName?: string;
  readonly exemplar?: Exemplar | undefined;
}
