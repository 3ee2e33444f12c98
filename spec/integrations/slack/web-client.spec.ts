import { LogLevel, WebClient, type WebClientOptions } from '@slack/web-api';
import { CircuitBreaker, probes, type AsyncListener, type State } from 'rxjs-fluxgate';
import { slackListener } from 'rxjs-fluxgate/slack';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { spyOnReports } from '../../support/spy-on-reports.ts';
import { SlackServer } from './slack-server.ts';

const reported = spyOnReports();

let server: SlackServer;
let slackApiUrl: string;

beforeEach(async () => {
  server = new SlackServer();
  slackApiUrl = await server.url();
});

afterEach(() => server.stop());

/** A listener that posts by the real client, which does not try again unless it is asked to. */
function posting(options: WebClientOptions = {}): AsyncListener {
  const quiet = { slackApiUrl, logLevel: LogLevel.ERROR, retryConfig: { retries: 0 } };
  return slackListener({ client: new WebClient('xoxb-token', { ...quiet, ...options }), channel: 'C1' });
}

function breakerWith(listener: AsyncListener, name = 'payments'): CircuitBreaker {
  return new CircuitBreaker({ name, retry: () => 0, recovery: probes(1), listeners: [listener] });
}

function failAndRecover(breaker: CircuitBreaker): void {
  breaker.trip();
  breaker.admit().complete();
}

/** Waits until the channel holds so many messages. */
function messages(count: number): Promise<void> {
  return vi.waitFor(() => expect(server.messages).toHaveLength(count), { timeout: 10_000 });
}

function reports(count: number): Promise<void> {
  return vi.waitFor(() => expect(reported).toHaveBeenCalledTimes(count), { timeout: 10_000 });
}

/** Each message as the state entered, in which thread, and whether it is broadcast. */
function shown(): [state: State | undefined, thread: string | undefined, broadcast: boolean][] {
  return server.messages.map(({ text, thread_ts, reply_broadcast }) => [
    /→ (\w+)/.exec(text ?? '')?.[1] as State | undefined,
    thread_ts,
    reply_broadcast === 'true',
  ]);
}

const FIRST = '1700000000.000001';

describe('slackListener with the client of Slack', { timeout: 30_000 }, () => {
  it('should make a thread of a failure cycle and broadcast its end', async () => {
    failAndRecover(breakerWith(posting()));
    await messages(3);
    expect(shown()).toStrictEqual([
      ['open', undefined, false],
      ['half_open', FIRST, false],
      ['closed', FIRST, true],
    ]);
    expect(server.messages[0]).toStrictEqual({
      channel: 'C1',
      text: expect.stringContaining(
        ':red_circle: *payments*: closed → open\nmanual: trip()\nNext try: <!date^',
      ) as string,
      ...{ parse: 'none', unfurl_links: 'false', unfurl_media: 'false' },
      ts: FIRST,
    });
    expect(reported).not.toHaveBeenCalled();
  });

  it('should keep the order if the responses are slow', async () => {
    for (const delay of [120, 60, 0]) server.answers.push({ type: 'take', delay });
    failAndRecover(breakerWith(posting()));
    await messages(3);
    expect(shown().map(([state]) => state)).toStrictEqual(['open', 'half_open', 'closed']);
    expect(server.messages[2]).toMatchObject({ thread_ts: FIRST });
  });

  it('should not mix two circuits', async () => {
    server.otherwise = { type: 'take', delay: 20 };
    const listener = posting();
    for (const name of ['stock', 'payments']) failAndRecover(breakerWith(listener, name));
    await messages(6);
    for (const name of ['stock', 'payments']) {
      const own = server.messages.filter(({ text }) => text?.includes(`*${name}*`));
      expect(own.map(({ thread_ts }) => thread_ts)).toStrictEqual([undefined, own[0]!['ts'], own[0]!['ts']]);
    }
  });

  it('should wait out a rate limit and lose nothing', async () => {
    server.answers.push({ type: 'rate limit', seconds: 1 }, { type: 'take' }, { type: 'rate limit', seconds: 0 });
    failAndRecover(breakerWith(posting({ retryConfig: { retries: 3, minTimeout: 0, maxTimeout: 1 } })));
    await messages(3);
    expect(shown().map(([state]) => state)).toStrictEqual(['open', 'half_open', 'closed']);
    expect(server.requests).toBe(5);
    expect(reported).not.toHaveBeenCalled();
  });

  it('should go on if the client is set not to wait for rate limits', async () => {
    server.answers.push({ type: 'rate limit', seconds: 30 });
    failAndRecover(breakerWith(posting({ rejectRateLimitedCalls: true })));
    await messages(2);
    await reports(1);
    expect(shown()).toStrictEqual([
      ['half_open', undefined, false],
      ['closed', FIRST, true],
    ]);
    expect(server.messages[0]!['text']).toContain('_1 earlier change could not be posted_');
  });

  it.each([
    ['responds 500', { type: 'status', status: 500 }, 'WebAPIHTTPError'],
    ['refuses the message', { type: 'error', error: 'not_in_channel' }, 'WebAPIPlatformError'],
    ['hangs', { type: 'hang' }, 'WebAPIRequestError'],
  ] as const)('should survive that Slack %s, and thread the next message', async (_, answer, name) => {
    server.answers.push(answer, answer);
    const breaker = breakerWith(posting({ timeout: 1_000 }));
    failAndRecover(breaker);
    expect(breaker.state).toBe('closed');
    await messages(1);
    await reports(2);
    expect(reported.mock.calls.map(([error]) => (error as Error).constructor.name)).toStrictEqual([name, name]);
    expect(shown()).toStrictEqual([['closed', undefined, false]]);
    expect(server.messages[0]!['text']).toContain('_2 earlier changes could not be posted_');

    failAndRecover(breaker);
    await messages(4);
    expect(server.messages[2]).toMatchObject({ thread_ts: server.messages[1]!['ts'] });
  });

  it('should survive a port without a server', async () => {
    server.stop();
    const breaker = breakerWith(posting());
    failAndRecover(breaker);
    await reports(3);
    expect(breaker.state).toBe('closed');
  });

  it('should get through after an outage that the client tries to outlast', async () => {
    server.answers.push({ type: 'status', status: 503 }, { type: 'status', status: 503 });
    failAndRecover(breakerWith(posting({ retryConfig: { retries: 5, minTimeout: 0, maxTimeout: 1 } })));
    await messages(3);
    expect(shown().map(([, thread]) => thread)).toStrictEqual([undefined, FIRST, FIRST]);
    expect(reported).not.toHaveBeenCalled();
  });

  it('should post blocks as a template writes them', async () => {
    const client = new WebClient('xoxb-token', { slackApiUrl });
    const listener = slackListener({
      client,
      channel: 'C1',
      templates: {
        open: ({ name }) => ({
          text: `${name} is open`,
          blocks: [{ type: 'header', text: { type: 'plain_text', text: `${name} is open` } }],
          unfurl_links: false,
        }),
      },
    });
    new CircuitBreaker({ name: 'stock', listeners: [listener] }).trip();
    await messages(1);
    expect(server.messages[0]).toStrictEqual({
      channel: 'C1',
      text: 'stock is open',
      blocks: '[{"type":"header","text":{"type":"plain_text","text":"stock is open"}}]',
      unfurl_links: 'false',
      ts: FIRST,
    });
  });
});
