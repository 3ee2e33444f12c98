import { BROKEN, type Notice, type RetryConfig } from './config.ts';

/** What an open circuit waits for: the ms to stay open, or a notifier that speaks so many ms after the opening. */
export interface Wait {
  readonly ms: number;
  readonly notifier?: { readonly after: number; readonly says: Notice } | undefined;
  /** The error that is reported as the retry is asked. */
  readonly report?: unknown;
}

/** What the retry answers. */
export function waitOf(config: RetryConfig, reopens: number, random: () => number): Wait {
  switch (config.kind) {
    case 'always':
      return { ms: 0 };
    case 'never':
      return { ms: Infinity };
    case 'cooldown':
      return { ms: jittered(config.ms, config.jitter, random) };
    case 'backoff': {
      const wait = Math.min(config.max, config.initial * config.multiplier ** reopens);
      return { ms: Math.min(config.max, jittered(wait, config.jitter, random)) };
    }
    case 'notifier':
      return { ms: Infinity, notifier: { after: config.after, says: config.says } };
    case 'retryIf':
      return {
        ms: Infinity,
        notifier: { after: config.every * config.asks, says: config.throws ? 'error' : 'value' },
      };
    case 'broken':
      return { ms: 60_000, report: config.how === 'throws' ? BROKEN : 'RangeError' };
  }
}

function jittered(wait: number, jitter: number, random: () => number): number {
  return jitter === 0 ? wait : wait * (1 + jitter * (2 * random() - 1));
}
