import type { ChatPostMessageArguments } from '@slack/web-api';

/**
 * The part of a client that {@link slackListener} uses: `new WebClient(token)` of `@slack/web-api` has it, and so does a fake of a
 * few lines.
 *
 * @example
 * ```ts
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { slackListener, type SlackClient } from 'rxjs-fluxgate/slack';
 *
 * const client: SlackClient = {
 *   chat: {
 *     async postMessage({ channel }) {
 *       console.log('a message to', channel);
 *       return { ts: '1700000000.000100' };
 *     },
 *   },
 * };
 * new CircuitBreaker({ listeners: [slackListener({ client, channel: 'C0123456789' })] }).trip();
 * // => a message to C0123456789
 * ```
 *
 * @see {@link SlackListenerOptions.client}
 */
export interface SlackClient {
  /** The methods of Slack's API that begin with `chat.`. */
  readonly chat: {
    /** Posts a message; returns its `ts`, which names it and the thread that it begins. */
    postMessage(message: ChatPostMessageArguments): PromiseLike<{ readonly ts?: string | undefined }>;
  };
}
