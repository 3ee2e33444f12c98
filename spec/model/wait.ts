import { BROKEN, type Notice, type RetryConfig } from './config.ts';

/** What an open circuit waits for: the ms to stay open, or a notifier that emits so many ms after the opening. */
export interface Wait {
  readonly ms: number;
  readonly notifier?: { readonly after: number; readonly emits: Notice } | undefined;
  /** The error that is reported as the retry is asked. */
  readonly report?: unknown;
}

/** What the retry returns: whole ms, rounded up last of all. */
export function waitOf(config: RetryConfig, reopens: number, random: () => number): Wait {
  switch (config.kind) {
    case 'always':
      return { ms: 0 };
    case 'never':
      return { ms: Infinity };
    case 'cooldown':
      return { ms: Math.ceil(jittered(config.ms, config.jitter, random)) };
    case 'backoff': {
      const wait = Math.min(config.max, config.initial * config.multiplier ** reopens);
      return { ms: Math.ceil(Math.min(config.max, jittered(wait, config.jitter, random))) };
    }
    case 'notifier':
      return { ms: Infinity, notifier: { after: config.after, emits: config.emits } };
    case 'retryIf':
      // Whatever the check does before its first yes means not yet.
      return { ms: Infinity, notifier: { after: Math.min(config.every * config.checks, config.max), emits: 'value' } };
    case 'broken':
      return { ms: 60_000, report: config.how === 'throws' ? BROKEN : 'RangeError' };
  }
}

function jittered(wait: number, jitter: number, random: () => number): number {
  return jitter === 0 ? wait : wait * (1 + jitter * (2 * random() - 1));
}
