import type { Signal } from '../../types/signal.ts';
import type { State } from '../../types/state.ts';
import { escapeSlack } from './escape-slack.ts';

const EMOJI: Readonly<Record<State, string>> = {
  closed: ':large_green_circle:',
  open: ':red_circle:',
  half_open: ':large_yellow_circle:',
  metrics_only: ':white_circle:',
  disabled: ':white_circle:',
  forced_open: ':no_entry:',
};

/**
 * The template of every state that has none of its own; in a template of your own, a text to build on.
 *
 * It has the circuit, both states, the reason, when it will be tried again, and how many earlier changes are missing.
 *
 * @param missed a count, default 0
 * @example
 * ```ts
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { defaultTemplate } from 'rxjs-fluxgate/slack';
 *
 * const breaker = new CircuitBreaker({ name: 'payments' });
 * breaker.signal$.subscribe((signal) => console.log(defaultTemplate(signal).split('\n').join(' | ')));
 * breaker.forceOpen(); // => :no_entry: *payments*: closed → forced_open | manual: forceOpen()
 * ```
 *
 * @see {@link SlackTemplate}
 */
export function defaultTemplate(signal: Signal, missed = 0): string {
  const { name, oldState, newState, reason, detail } = signal;
  const lines = [
    `${EMOJI[newState]} *${inOneLine(name)}*: ${oldState} → ${newState}`,
    `${reason}: ${inOneLine(detail)}`,
    ...nextTry(signal),
  ];
  if (missed > 0) lines.push(`_${String(missed)} earlier ${missed === 1 ? 'change' : 'changes'} could not be posted_`);
  return lines.join('\n');
}

/** What comes from outside forges no line of its own. */
function inOneLine(text: string): string {
  return escapeSlack(text.replace(/\s+/g, ' '));
}

/** Slack shows the time in each reader's zone; what it cannot read as a time, in words. */
function nextTry({ timestamp, retryAt }: Signal): string[] {
  if (retryAt === undefined) return [];
  const wait = `in ${String(Math.ceil((retryAt - timestamp) / 1_000))} s`;
  return [`Next try: <!date^${String(Math.ceil(retryAt / 1_000))}^{date_short_pretty} {time_secs}|${wait}>`];
}
