import { h, type ComponentChild } from 'preact';
import type { State } from '../../../types/state.ts';
import { STATES } from './states.ts';

/** The shape and the word of a state. */
export function Badge({ state }: { readonly state: State }): ComponentChild {
  const { label, path, filled } = STATES[state];
  return h(
    'span',
    { class: 'badge', 'data-state': state },
    h(
      'svg',
      { viewBox: '0 0 16 16', 'aria-hidden': 'true' },
      h('path', { class: 'line', d: path }),
      filled === undefined ? null : h('path', { class: 'filled', d: filled }),
    ),
    label,
  );
}
