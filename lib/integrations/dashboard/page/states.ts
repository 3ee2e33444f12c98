import type { State } from '../../../types/state.ts';

interface Look {
  readonly label: string;
  /** The custom property of its colour. */
  readonly colour: string;
  /** Of a picture of 16 × 16, drawn in lines. */
  readonly path: string;
  /** The part of it that is filled. */
  readonly filled?: string;
}

/** The most urgent first. A state is never shown by colour alone: each has a word and a shape. */
export const STATES: Readonly<Record<State, Look>> = {
  open: { label: 'open', colour: 'open', path: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6' },
  forced_open: {
    label: 'forced open',
    colour: 'forced',
    path: 'M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  },
  half_open: {
    label: 'half-open',
    colour: 'half',
    path: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2',
    filled: 'M8 2a6 6 0 0 1 0 12z',
  },
  disabled: { label: 'disabled', colour: 'disabled', path: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M5 8h6' },
  metrics_only: { label: 'metrics only', colour: 'metrics', path: 'M3 13V9M8 13V3M13 13V6' },
  closed: { label: 'closed', colour: 'closed', path: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M5 8.2l2.1 2.1L11 6.2' },
};

const urgency = Object.keys(STATES);

export function urgencyOf(state: State): number {
  return urgency.indexOf(state);
}
