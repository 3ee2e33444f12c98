import type { WebClient } from '@slack/web-api';
import type { AsyncListener } from 'rxjs-fluxgate';
import { slackListener, type SlackClient, type SlackMessage, type SlackTemplate } from 'rxjs-fluxgate/slack';
import { describe, expectTypeOf, it } from 'vitest';

declare const client: WebClient;

describe('slackListener', () => {
  it('should take the client of Slack, and make an AsyncListener', () => {
    expectTypeOf(slackListener({ client, channel: 'C1' })).toEqualTypeOf<AsyncListener>();
  });

  it('should take a fake that knows what it is interested in', () => {
    const fake = {
      chat: { postMessage: (_message: { text?: string; thread_ts?: string }) => Promise.resolve({ ts: '1.0' }) },
    };
    expectTypeOf(fake).toExtend<SlackClient>();
  });

  it('should not take a client of something else', () => {
    // @ts-expect-error -- it posts nothing
    slackListener({ client: { send: () => undefined }, channel: 'C1' });
  });

  it('should take templates that answer a text, a message or nothing', () => {
    expectTypeOf(() => 'text').toExtend<SlackTemplate>();
    expectTypeOf(() => ({ text: 'open', username: 'Circuits' })).toExtend<SlackTemplate>();
    expectTypeOf(() => ({ blocks: [{ type: 'divider' as const }] })).toExtend<SlackTemplate>();
    expectTypeOf(() => undefined).toExtend<SlackTemplate>();
    // @ts-expect-error -- a message has a text
    expectTypeOf(() => ({ username: 'Circuits' })).toExtend<SlackTemplate>();
  });

  it('should keep the place of a message to itself', () => {
    // @ts-expect-error -- the channel is the listener's
    const message: SlackMessage = { text: 'open', channel: 'C2' };
    expectTypeOf(message).toEqualTypeOf<SlackMessage>();
  });
});
