import type { State } from './state.ts';

/** Complete, or it would not compile. */
const ALL: Readonly<Record<State, true>> = {
  closed: true,
  open: true,
  half_open: true,
  metrics_only: true,
  disabled: true,
  forced_open: true,
};

export const STATES = Object.keys(ALL) as State[];
