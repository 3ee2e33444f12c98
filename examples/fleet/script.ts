/** How many processes call the backend. */
export const PODS = 5;
/** When the backend fails and works again, and when all ends, in ms. */
export const OUTAGE = { from: 2_000, to: 14_000 };
export const DURATION = 20_000;
/** Between two calls of a pod, in ms. */
export const PERIOD = 100;

/** What the parent sends its pods, and they send it. */
export type Order = { readonly type: 'start'; readonly url: string } | { readonly type: 'stop' };
export type Report =
  { readonly type: 'ready' } | { readonly type: 'opened' | 'closed' | 'probe'; readonly fleet: boolean };
