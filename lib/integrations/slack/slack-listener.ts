import type { AsyncListener } from '../../components/listeners/listener.ts';
import type { Signal } from '../../types/signal.ts';
import type { State } from '../../types/state.ts';
import { STATES } from '../../types/states.ts';
import { checkCount, checkFunction, checkOptions, wrongType } from '../../util/check.ts';
import { toCauseSummary } from '../../util/cause-summary.ts';
import { CircuitPosts, type Send } from './circuit-posts.ts';
import { defaultTemplate } from './default-template.ts';
import type { SlackClient } from './slack-client.ts';
import type { SlackTemplate } from './slack-template.ts';

/** The names of circuits may come from outside, so there is a limit to what is kept of them. */
const MAX_CIRCUITS = 1_000;

const DEFAULT_MAX_WAITING = 20;

/** Slack makes links, with previews, of whatever looks like an address, also in a name or a detail from outside. */
const PLAIN = { parse: 'none', unfurl_links: false, unfurl_media: false } as const;

/**
 * Options of {@link slackListener}.
 *
 * @example
 * ```ts
 * import { WebClient } from '@slack/web-api';
 * import { slackListener, type SlackListenerOptions } from 'rxjs-fluxgate/slack';
 *
 * const options: SlackListenerOptions = {
 *   client: new WebClient('xoxb-your-token'),
 *   channel: 'C0123456789',
 *   templates: { half_open: () => undefined }, // not posted
 * };
 * console.log(typeof slackListener(options)); // => function
 * ```
 *
 * @see {@link slackListener}
 */
export interface SlackListenerOptions {
  /** Posts the messages: a `WebClient` of `@slack/web-api`, whose retries and time-outs hold. */
  readonly client: SlackClient;
  /** The id of the channel, such as `C0123456789`. */
  readonly channel: string;
  /** What to post by the state entered. Default {@link defaultTemplate} for each. */
  readonly templates?: Partial<Record<State, SlackTemplate | undefined>> | undefined;
  /** How many messages of one circuit may wait for Slack, an integer of at least 1; beyond it the oldest is dropped. Default 20. */
  readonly maxWaiting?: number | undefined;
}

/**
 * A listener that posts state changes to a channel of Slack, one thread for each failure cycle of a circuit.
 *
 * *Details.* The cycle begins with the first state that rejects calls (`open`, `forced_open`) and ends with `closed`,
 * `disabled` or `metrics_only`; that last message is broadcast to the channel too. A change outside of a cycle, such as
 * `closed → disabled`, is a message of its own. The messages of a circuit are posted one after the other, those of
 * several circuits side by side. One listener can serve many breakers, also those of a registry, each known by its name.
 * In a message that is a text, only what is written as a link (`<https://…>`) becomes one.
 *
 * *Gotchas.* Slack being down or slow harms no call. A post that fails is reported as the error of a listener is; only the
 * client itself retries it. If it was to open the thread, the next one does. While the client retries, messages wait, at
 * most `maxWaiting` for a circuit; the next message has how many are missing. Templates get a short summary in place of
 * an error as `cause`, because an error may hold a whole response while it waits. It knows 1,000 circuits that are open or
 * wait; beyond that, the one that opened first begins a new thread.
 *
 * @throws TypeError or RangeError for bad options
 * @example
 * ```ts
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { slackListener } from 'rxjs-fluxgate/slack';
 *
 * // In your program: new WebClient(process.env.SLACK_TOKEN)
 * const client = {
 *   chat: {
 *     async postMessage({ text, thread_ts }: { text?: string; thread_ts?: string }) {
 *       console.log(thread_ts ? 'in the thread:' : 'in the channel:', text?.split('\n')[0]);
 *       return { ts: '1700000000.000100' };
 *     },
 *   },
 * };
 * const listener = slackListener({ client, channel: 'C0123456789' });
 * const payments = new CircuitBreaker({ name: 'payments', listeners: [listener] });
 * payments.trip(); // => in the channel: :red_circle: *payments*: closed → open
 * payments.reset(); // => in the thread: :large_green_circle: *payments*: open → closed
 * ```
 *
 * @see {@link AsyncListener}, {@link defaultTemplate}
 * @see Fluxgate's `AsyncSlackListener`
 */
export function slackListener(options: SlackListenerOptions): AsyncListener {
  const { client, channel, templates = {}, maxWaiting = DEFAULT_MAX_WAITING } = checked(options);
  const circuits = new Map<string, CircuitPosts>();

  const send: Send = async (signal, missed, { ts, closes }) => {
    const template = templates[signal.newState] ?? defaultTemplate;
    const content = template(signal, missed);
    if (content === undefined) return undefined;
    const message = { ...(typeof content === 'string' ? { ...PLAIN, text: content } : content), channel };
    return client.chat.postMessage(ts === undefined ? message : { ...message, thread_ts: ts, reply_broadcast: closes });
  };

  const postsOf = (name: string): CircuitPosts => {
    const kept = circuits.get(name);
    if (kept) return kept;
    if (circuits.size >= MAX_CIRCUITS) forgetOldest(circuits);
    const made = new CircuitPosts(send, maxWaiting, () => circuits.delete(name));
    circuits.set(name, made);
    return made;
  };

  return async (signal) => postsOf(signal.name).add(withSummary(signal));
}

/** The signal as it may wait: without what its cause holds. */
function withSummary(signal: Signal): Signal {
  return signal.cause === undefined ? signal : { ...signal, cause: toCauseSummary(signal.cause) };
}

function checked(options: SlackListenerOptions): SlackListenerOptions {
  checkOptions('slackListener', options, ['client', 'channel', 'templates', 'maxWaiting']);
  const { client, channel, templates = {}, maxWaiting = DEFAULT_MAX_WAITING } = options;
  checkFunction('slackListener: client.chat.postMessage', postMessageOf(client));
  if (typeof channel !== 'string' || channel === '') {
    throw wrongType('slackListener: channel', 'the id of a channel', channel);
  }
  checkOptions('slackListener: templates', templates, STATES);
  for (const [state, template] of Object.entries(templates)) {
    if (template !== undefined) checkFunction(`slackListener: templates.${state}`, template);
  }
  checkCount('slackListener: maxWaiting', maxWaiting);
  return options;
}

function postMessageOf(client: unknown): unknown {
  return (client as { readonly chat?: { readonly postMessage?: unknown } | null } | null | undefined)?.chat
    ?.postMessage;
}

/** Not one that waits for Slack: its messages would be mixed with those of its successor. */
function forgetOldest(circuits: Map<string, CircuitPosts>): void {
  for (const [name, posts] of circuits) {
    if (posts.posting) continue;
    circuits.delete(name);
    return;
  }
  throw new Error(`slackListener: ${String(circuits.size)} circuits wait for Slack, so a message was dropped`);
}
