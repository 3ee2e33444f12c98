import { DASHBOARD, INSTRUMENTED, METRICS, UNSEEN } from './variants/integrations.ts';

/** A limit on a ratio: its name, what is measured, what it is compared with, and the most that holds. */
export type RatioLimit = readonly [name: string, ours: string, theirs: string, limit: number];

/** What seeing a circuit may cost, in guarded calls that are not seen. */
export const SEEING_LIMITS: readonly RatioLimit[] = [
  ['`exposeMetrics()` / not seen', METRICS, UNSEEN, 1.3],
  ['`dashboard()` / not seen', DASHBOARD, UNSEEN, 1.3],
  ['`instrument()` without an SDK / not seen', INSTRUMENTED, UNSEEN, 2],
];
