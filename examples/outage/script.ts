/** What the server does for a while. */
export interface Phase {
  readonly name: string;
  /** For people. */
  readonly text: string;
  /** In ms. */
  readonly duration: number;
  /** `refuse`: nothing listens on the port, and the connections there were are destroyed. */
  readonly behaviour: 'answer' | 'hang' | 'refuse';
  /** The share of the responses that are a 500. */
  readonly errorRate: number;
}

/** Health, an outage that gets worse in three steps, and health again. */
export const SCRIPT: readonly Phase[] = [
  { name: 'healthy', text: 'responds, with a 500 now and then', duration: 4_000, behaviour: 'answer', errorRate: 0.02 },
  { name: 'failing', text: 'every answer is a 500', duration: 3_000, behaviour: 'answer', errorRate: 1 },
  { name: 'hanging', text: 'takes requests, never responds', duration: 2_000, behaviour: 'hang', errorRate: 0 },
  { name: 'refusing', text: 'connections are refused', duration: 2_000, behaviour: 'refuse', errorRate: 0 },
  { name: 'recovered', text: 'responds again, on the same port', duration: 5_000, behaviour: 'answer', errorRate: 0 },
];

/** The phase that the outage begins with. */
export const OUTAGE = 1;

/** The phase that the outage is over with. */
export const RECOVERY = SCRIPT.length - 1;

/** Of the whole script, in ms. */
export const DURATION = SCRIPT.reduce((sum, { duration }) => sum + duration, 0);

/** How long an answer takes, in ms: far less than the client waits, so that a slow machine changes nothing. */
export const LATENCY = { min: 5, max: 40 };

export const SEED = 2026;
