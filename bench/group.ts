/** One way to do the work of a group. */
export interface Variant {
  readonly name: string;
  /** Does the work `calls` times; a promise is waited for. */
  readonly run: () => void | Promise<void>;
  /** How many calls one run makes. */
  readonly calls: number;
}

/** The same work done in several ways, side by side. */
export interface Group {
  readonly title: string;
  readonly about: string;
  /** Names of the variants that the others are compared with; each is a column of the table. */
  readonly baselines: readonly string[];
  readonly variants: readonly Variant[];
  /** The most rounds, for runs that are long. Default as many as the benchmark takes. */
  readonly rounds?: number;
  /** Ends what the variants have set going. */
  readonly dispose?: () => void;
}

/** Sets a group up when its turn has come, so that what it holds is not on the heap of the others. */
export type GroupFactory = () => Group | Promise<Group>;
