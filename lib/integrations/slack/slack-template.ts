import type { ChatPostMessageArguments } from '@slack/web-api';
import type { Signal } from '../../types/signal.ts';

type WithoutPlace<Message> = Message extends unknown
  ? Omit<Message, 'channel' | 'thread_ts' | 'reply_broadcast'>
  : never;

/**
 * A message as `chat.postMessage` takes it (`text`, `blocks`, `attachments`, …), without its place: the channel, the
 * thread and the broadcast are the listener's.
 *
 * @example
 * ```ts
 * import type { SlackMessage } from 'rxjs-fluxgate/slack';
 *
 * const message: SlackMessage = { text: 'payments is open', username: 'Circuit breaker', icon_emoji: ':zap:' };
 * console.log(message.text); // => payments is open
 * ```
 *
 * @see {@link SlackTemplate}
 */
export type SlackMessage = WithoutPlace<ChatPostMessageArguments>;

/**
 * Writes the message for a state change: its text in Slack's markup, or a whole message; undefined posts nothing.
 *
 * `missed` is how many earlier changes of this circuit could not be posted since the last message, a count.
 *
 * @example
 * ```ts
 * import { escapeSlack, type SlackTemplate } from 'rxjs-fluxgate/slack';
 *
 * const opened: SlackTemplate = ({ name, detail }) => `<!here> *${escapeSlack(name)}* is open: ${escapeSlack(detail)}`;
 * console.log(opened.length); // => 1
 * ```
 *
 * @see {@link defaultTemplate}, {@link escapeSlack}
 * @see Fluxgate's `Template`
 */
export type SlackTemplate = (signal: Signal, missed: number) => string | SlackMessage | undefined;
