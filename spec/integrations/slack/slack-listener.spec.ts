import { CircuitBreaker, CircuitBreakerRegistry, failureStreak, probes, type Signal, type State } from 'rxjs-fluxgate';
import { slackListener, type SlackListenerOptions } from 'rxjs-fluxgate/slack';
import { describe, expect, it, vi } from 'vitest';
import { heapUsed } from '../../support/heap-used.ts';
import { signalOf } from '../../support/signals.ts';
import { spyOnReports } from '../../support/spy-on-reports.ts';
import { FakeSlack, settled } from './fake-slack.ts';

const reported = spyOnReports();

/** The change and no more, so that a test can state what the channel shows. */
const brief = ({ name, oldState, newState }: Signal, missed: number): string =>
  `${name} ${oldState} → ${newState}${missed > 0 ? ` (${String(missed)} missed)` : ''}`;
const STATES: readonly State[] = ['closed', 'open', 'half_open', 'metrics_only', 'disabled', 'forced_open'];
const templates = Object.fromEntries(STATES.map((state) => [state, brief]));

function rig(options: Partial<SlackListenerOptions> = {}) {
  const slack = new FakeSlack();
  const listener = slackListener({ client: slack, channel: 'C1', templates, ...options });
  return {
    slack,
    listener,
    breaker: new CircuitBreaker({ name: 'payments', retry: () => 0, recovery: probes(1), listeners: [listener] }),
    /** Each message as `thread < text`, with `!` if it is broadcast. */
    shown: () =>
      slack.posted.map(({ thread, text, broadcast }) => `${thread ?? ''}<${broadcast ? '!' : ''} ${text ?? ''}`),
  };
}

/** Opens, half-opens and closes. */
function failAndRecover(breaker: CircuitBreaker): void {
  breaker.trip();
  breaker.admit().complete();
}

describe('slackListener', () => {
  describe('the thread of a failure cycle', () => {
    it('should be opened by the opening, hold what follows and end with the recovery, broadcast', async () => {
      const { breaker, shown } = rig();
      failAndRecover(breaker);
      await settled();
      expect(shown()).toStrictEqual([
        '< payments closed → open',
        '1.0< payments open → half_open',
        '1.0<! payments half_open → closed',
      ]);
    });

    it('should be another one in the next cycle', async () => {
      const { breaker, shown } = rig();
      failAndRecover(breaker);
      failAndRecover(breaker);
      await settled();
      expect(shown().map((line) => line.split('<')[0])).toStrictEqual(['', '1.0', '1.0', '', '4.0', '4.0']);
    });

    it('should hold a reopening, which is not broadcast', async () => {
      const { breaker, shown } = rig();
      breaker.trip();
      breaker.admit();
      breaker.trip();
      await settled();
      expect(shown()[2]).toBe('1.0< payments half_open → open');
    });

    it('should be opened by forced_open too', async () => {
      const { breaker, shown } = rig();
      breaker.forceOpen();
      breaker.reset();
      await settled();
      expect(shown()).toStrictEqual(['< payments closed → forced_open', '1.0<! payments forced_open → closed']);
    });

    it.each<[State, (breaker: CircuitBreaker) => void]>([
      ['disabled', (breaker) => breaker.disable()],
      ['metrics_only', (breaker) => breaker.metricsOnly()],
    ])('should end with %s as well', async (state, command) => {
      const { breaker, shown } = rig();
      breaker.trip();
      command(breaker);
      breaker.reset();
      breaker.trip();
      await settled();
      expect(shown()).toStrictEqual([
        '< payments closed → open',
        `1.0<! payments open → ${state}`,
        `< payments ${state} → closed`,
        '< payments closed → open',
      ]);
    });

    it('should not be begun by a change outside of a cycle', async () => {
      const { breaker, shown } = rig();
      breaker.disable();
      breaker.metricsOnly();
      breaker.reset();
      await settled();
      expect(shown().every((line) => line.startsWith('< '))).toBe(true);
      expect(shown()).toHaveLength(3);
    });

    it('should not be mixed with the thread of another circuit', async () => {
      const { listener, slack, shown } = rig();
      slack.holding = true;
      const registry = new CircuitBreakerRegistry({ retry: () => 0, recovery: probes(1), listeners: [listener] });
      for (const host of ['a', 'b']) failAndRecover(registry.get(host));
      await settled();
      // b is not kept waiting by a.
      for (const text of ['b closed → open', 'b open → half_open', 'a closed → open', 'b half_open → closed']) {
        slack.pending.find((pending) => pending.text === text)!.accept();
        await settled();
      }
      expect(shown()).toStrictEqual([
        '< b closed → open',
        '1.0< b open → half_open',
        '< a closed → open',
        '1.0<! b half_open → closed',
      ]);
      slack.pending.at(-1)!.accept();
      await settled();
      expect(shown().at(-1)).toBe('3.0< a open → half_open');
    });
  });

  describe('the order', () => {
    it('should be kept: a message is not sent before the one before it is answered', async () => {
      const { breaker, slack } = rig();
      slack.holding = true;
      failAndRecover(breaker);
      await settled();
      expect(slack.pending).toHaveLength(1);
      slack.pending[0]!.accept();
      await settled();
      expect(slack.pending.map(({ text }) => text)).toStrictEqual([
        'payments closed → open',
        'payments open → half_open',
      ]);
    });

    it('should say of each cycle what belongs to it, also if several wait', async () => {
      const { breaker, slack, shown } = rig();
      slack.holding = true;
      failAndRecover(breaker);
      failAndRecover(breaker);
      for (let post = 0; post < 6; post++) {
        await settled();
        slack.pending[post]!.accept();
      }
      await settled();
      expect(shown().map((line) => line.split(' ')[0])).toStrictEqual(['<', '1.0<', '1.0<!', '<', '4.0<', '4.0<!']);
    });

    it('should not be paid for by the call: nothing is written or sent inside of it', () => {
      const template = vi.fn(() => 'text');
      const { breaker, slack } = rig({ templates: { open: template } });
      breaker.trip();
      expect(template).not.toHaveBeenCalled();
      expect(slack.given).toStrictEqual([]);
    });
  });

  describe('if Slack is down', () => {
    const outage = new Error('no Slack');

    it('should report each failed post once, and not try it again', async () => {
      const { breaker, slack } = rig();
      slack.outage = outage;
      failAndRecover(breaker);
      await settled();
      expect(reported.mock.calls).toStrictEqual([[outage], [outage], [outage]]);
      expect(slack.given).toHaveLength(3);
      expect(breaker.state).toBe('closed');
    });

    it('should open the thread with the first message that gets through, with the number of missing ones', async () => {
      const { breaker, slack, shown } = rig();
      slack.outage = outage;
      breaker.trip();
      await settled();
      slack.outage = undefined;
      breaker.admit().complete();
      await settled();
      expect(shown()).toStrictEqual(['< payments open → half_open (1 missed)', '1.0<! payments half_open → closed']);
    });

    it('should post the recovery to the channel if there is no thread', async () => {
      const { breaker, slack, shown } = rig();
      slack.outage = outage;
      breaker.trip();
      await settled();
      slack.outage = undefined;
      breaker.reset();
      await settled();
      expect(shown()).toStrictEqual(['< payments open → closed (1 missed)']);
    });

    it('should say in the next cycle what is missing of one of which nothing got through', async () => {
      const { breaker, slack, shown } = rig();
      slack.outage = outage;
      breaker.trip();
      breaker.reset();
      await settled();
      slack.outage = undefined;
      breaker.trip();
      await settled();
      expect(shown()).toStrictEqual(['< payments closed → open (2 missed)']);
    });

    it('should stay in the thread if only a reply failed', async () => {
      const { breaker, slack, shown } = rig();
      breaker.trip();
      await settled();
      slack.outage = outage;
      const probe = breaker.admit();
      await settled();
      slack.outage = undefined;
      probe.complete();
      await settled();
      expect(shown()).toStrictEqual(['< payments closed → open', '1.0<! payments half_open → closed (1 missed)']);
    });

    it('should give up the oldest of too many waiting messages, never the newest, and count them', async () => {
      const { breaker, slack, shown } = rig({ maxWaiting: 2 });
      slack.holding = true;
      breaker.trip();
      await settled();
      for (let cycle = 0; cycle < 3; cycle++) {
        breaker.reset();
        breaker.trip();
      }
      breaker.disable();
      slack.holding = false;
      slack.pending[0]!.accept();
      await settled();
      expect(shown()).toStrictEqual([
        '< payments closed → open',
        '< payments closed → open (5 missed)',
        '2.0<! payments open → disabled',
      ]);
      expect(reported).not.toHaveBeenCalled();
    });

    it('should count what is dropped while the message that reports others is under way', async () => {
      const { listener, slack, shown } = rig({ maxWaiting: 1 });
      slack.holding = true;
      const post = (): void => void listener(signalOf());
      post();
      await settled();
      post();
      post();
      slack.pending[0]!.accept();
      await settled();
      post();
      post();
      post();
      slack.pending[1]!.accept();
      await settled();
      slack.pending[2]!.accept();
      await settled();
      expect(shown().map((line) => /\((\d)/.exec(line)?.[1])).toStrictEqual([undefined, '1', '2']);
    });

    it('should go on after a client that throws', async () => {
      const { slack, listener } = rig();
      vi.spyOn(slack.chat, 'postMessage').mockImplementationOnce(() => {
        throw outage;
      });
      await expect(listener(signalOf())).rejects.toBe(outage);
      await listener(signalOf());
      expect(slack.posted).toHaveLength(1);
    });
  });

  describe('what comes from outside', () => {
    const url = 'https://evil.example/login';

    it('should become no link, preview or mention in a text', async () => {
      const { slack, listener } = rig({ templates: {} });
      new CircuitBreaker({ name: url, listeners: [listener] }).trip(`<!channel> ${url}`);
      await settled();
      expect(slack.given).toMatchObject([
        {
          ...{ parse: 'none', unfurl_links: false, unfurl_media: false },
          text: expect.stringMatching(/^:red_circle: \*https:\/\/evil[^]*&lt;!channel&gt;/) as string,
        },
      ]);
    });

    it('should leave a message of your own as it is', async () => {
      const { slack, breaker } = rig({ templates: { open: () => ({ text: 'open', unfurl_links: true }) } });
      breaker.trip();
      await settled();
      expect(slack.given).toStrictEqual([{ channel: 'C1', text: 'open', unfurl_links: true }]);
    });

    it('should be a summary in place of the error, which may hold a whole response while it waits', async () => {
      const causes: unknown[] = [];
      const { breaker } = rig({ templates: { open: ({ cause }) => void causes.push(cause) } });
      const error = Object.assign(new RangeError('503'), { status: 503, response: { body: 'x'.repeat(1_000_000) } });
      breaker.trip();
      breaker.reset();
      for (let i = 0; i < 100 && breaker.state === 'closed'; i++) breaker.admit().error(error);
      await settled();
      expect(causes).toStrictEqual([undefined, expect.objectContaining({ name: 'RangeError', message: '503' })]);
      expect(causes[1]).toMatchObject({ status: 503 });
      expect(causes[1]).not.toHaveProperty('response');
    });

    it('should hold no bodies while Slack does not respond', async () => {
      const { slack, listener } = rig({ maxWaiting: 20 });
      slack.holding = true;
      const before = heapUsed();
      for (let i = 0; i < 20; i++) {
        const breaker = new CircuitBreaker({ name: String(i), tripper: failureStreak(1), listeners: [listener] });
        breaker.admit().error(Object.assign(new Error('503'), { body: Array.from({ length: 50_000 }, (_, j) => j) }));
        breaker.dispose();
      }
      await settled();
      expect(slack.pending.length).toBe(20);
      // The bodies are 8 MB.
      expect(heapUsed() - before).toBeLessThan(3_000_000);
    });
  });

  describe('its memory', () => {
    it('should forget a circuit when its cycle is over', async () => {
      const { listener, slack } = rig();
      const signal = (name: string, newState: State): unknown => listener(signalOf({ name, newState }));
      await signal('first', 'open');
      for (let other = 0; other < 1_500; other++) {
        void signal(`other ${String(other)}`, 'open');
        void signal(`other ${String(other)}`, 'closed');
        if (other % 100 === 0) await settled();
      }
      await settled();
      await signal('first', 'closed');
      expect(slack.posted.at(-1)).toMatchObject({ thread: '1.0', broadcast: true });
      expect(reported).not.toHaveBeenCalled();
    });

    it('should keep the threads of 1,000 open circuits, and of more the newest', async () => {
      const { listener, slack } = rig();
      const signal = (name: number, newState: State): unknown => listener(signalOf({ name: String(name), newState }));
      for (let name = 0; name <= 1_000; name++) await signal(name, 'open');
      await signal(1, 'half_open');
      expect(slack.posted.at(-1)).toMatchObject({ thread: '2.0' });
      await signal(0, 'half_open');
      expect(slack.posted.at(-1)).toMatchObject({ thread: undefined });
    });

    it('should drop the message of one more circuit than 1,000 that wait', async () => {
      const { listener, slack } = rig();
      slack.holding = true;
      for (let name = 0; name < 1_000; name++) void listener(signalOf({ name: String(name) }));
      await expect(listener(signalOf({ name: 'more' }))).rejects.toThrow(
        /^slackListener: 1000 circuits wait for Slack, so a message was dropped$/,
      );
      slack.pending[0]!.accept();
      await settled();
      void listener(signalOf({ name: 'more' }));
      await settled();
      expect(slack.pending).toHaveLength(1_001);
    });
  });

  describe('the templates', () => {
    it('should be overridden by state, with the default ones for the rest', async () => {
      const { breaker, slack } = rig({ templates: { open: ({ name }) => `${name}!`, closed: undefined } });
      breaker.trip();
      breaker.reset();
      await settled();
      expect(slack.posted.map(({ text }) => text)).toStrictEqual([
        'payments!',
        ':large_green_circle: *payments*: open → closed\nmanual: reset()',
      ]);
    });

    it('should write whole messages, whose place is the listener’s', async () => {
      const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '*open*' } }];
      const message = { text: 'open', blocks, username: 'Circuits' };
      const { breaker, slack } = rig({ templates: { open: () => message, closed: () => message } });
      breaker.trip();
      breaker.reset();
      await settled();
      expect(slack.given).toMatchObject([
        { text: 'open', blocks, username: 'Circuits', channel: 'C1' },
        { channel: 'C1', thread_ts: '1.0', reply_broadcast: true },
      ]);
      expect(slack.given[0]).not.toHaveProperty('thread_ts');
      expect(slack.given[0]).not.toHaveProperty('reply_broadcast');
    });

    it('should post nothing if one returns undefined, which counts as nothing missing', async () => {
      const { breaker, shown } = rig({ templates: { ...templates, open: () => undefined } });
      failAndRecover(breaker);
      await settled();
      expect(shown()).toStrictEqual(['< payments open → half_open', '1.0<! payments half_open → closed']);
    });

    it('should be reported if one throws, and the rest posted', async () => {
      const error = new Error('no template');
      const open = (): string => {
        throw error;
      };
      const { breaker, shown } = rig({ templates: { ...templates, open } });
      breaker.trip();
      breaker.reset();
      await settled();
      expect(reported.mock.calls).toStrictEqual([[error]]);
      expect(shown()).toStrictEqual(['< payments open → closed (1 missed)']);
    });
  });

  const client = new FakeSlack();

  it.each<[unknown, ErrorConstructor, RegExp]>([
    [undefined, TypeError, /^slackListener: options must be an object, got undefined$/],
    [
      { client, channel: 'C1', chanel: 'C1' },
      TypeError,
      /^slackListener got an unknown option "chanel"; it takes client, /,
    ],
    [{ channel: 'C1' }, TypeError, /^slackListener: client\.chat\.postMessage must be a function, got undefined$/],
    [{ client: null, channel: 'C1' }, TypeError, /^slackListener: client\.chat\.postMessage must be a function/],
    [
      { client: { chat: {} }, channel: 'C1' },
      TypeError,
      /^slackListener: client\.chat\.postMessage must be a function/,
    ],
    [{ client }, TypeError, /^slackListener: channel must be the id of a channel, got undefined$/],
    [{ client, channel: '' }, TypeError, /^slackListener: channel must be the id of a channel, got ""$/],
    [
      { client, channel: 'C1', templates: null },
      TypeError,
      /^slackListener: templates: options must be an object, got null$/,
    ],
    [
      { client, channel: 'C1', templates: { opened: brief } },
      TypeError,
      /^slackListener: templates got an unknown option "opened"/,
    ],
    [
      { client, channel: 'C1', templates: { open: 'text' } },
      TypeError,
      /^slackListener: templates\.open must be a function, got "text"$/,
    ],
    [
      { client, channel: 'C1', maxWaiting: 0 },
      RangeError,
      /^slackListener: maxWaiting must be an integer of at least 1, got 0$/,
    ],
  ])('should refuse %o', (options, type, message) => {
    const make = (): unknown => slackListener(options as SlackListenerOptions);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});
