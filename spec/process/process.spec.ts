import { describe, expect, it } from 'vitest';
import { run } from './run.ts';

describe.concurrent('no timer of the breaker keeps a Node process alive', { timeout: 20_000 }, () => {
  it('of an open circuit that is watched', async ({ expect }) => {
    expect(await run('watched-open')).toMatchObject({ code: 0, lines: ['open', 'open'] });
  });

  it('of a half-open circuit with a probe that hangs', async ({ expect }) => {
    expect(await run('hung-probe')).toMatchObject({ code: 0, lines: ['half_open 1'] });
  });

  it('of a guarded function that hangs, with a time-out', async ({ expect }) => {
    expect(await run('guarded-timeout')).toMatchObject({ code: 0, lines: ['closed 1'] });
  });

  it('of a `retryIf` that returns false', async ({ expect }) => {
    expect(await run('retry-if')).toMatchObject({ code: 0, lines: ['open'] });
  });

  it('though it is on time as long as something else does', async ({ expect }) => {
    expect(await run('kept-alive')).toMatchObject({ code: 0, lines: ['closed', 'open', 'half_open'] });
  });
});

it('a consumer that waits for an open circuit keeps a Node process alive', { timeout: 20_000 }, async () => {
  expect(await run('waiting-consumer')).toMatchObject({ code: 0, lines: ['half_open'] });
});

describe.concurrent(
  'what listeners and notifiers throw is never rethrown into the process',
  { timeout: 20_000 },
  () => {
    it('it is reported to the console', async ({ expect }) => {
      const { code, lines, complaints } = await run('wrong-listeners');
      expect({ code, lines }).toStrictEqual({ code: 0, lines: ['open', 'alive', 'exit'] });
      for (const message of ['throws', 'rejects', 'rejects later', 'notifier']) {
        expect(complaints).toContain(`Error: ${message}\n`);
      }
    });

    it('it is reported to `config.onUnhandledError`, a promise rejected too late is not', async ({ expect }) => {
      const { code, lines, complaints } = await run('escapes');
      expect({ code, complaints }).toStrictEqual({ code: 0, complaints: '' });
      expect(lines.filter((line) => /^(unhandledRejection|uncaughtException)/.test(line))).toStrictEqual([]);
      // Each thing that goes wrong was reached.
      for (const message of [
        'listener, at once',
        'listener, then',
        'listener, open',
        'listener, half_open',
        'listener, woken',
        'signal$ subscriber',
        'state$ subscriber',
        'call$ subscriber',
        'call$ complete',
        'consumer',
        'consumer, complete',
        'notifier, at once',
        'notifier, 0',
        'notifier, 3',
        'rejected during reset',
        'retry',
        'tripper',
        'tripper, given up',
        'recovery',
        'window',
        'window, woken',
        'unheard',
      ]) {
        expect(lines).toContain(message);
      }
      // A health check that throws means not yet.
      expect(lines).not.toContain('retryIf');
    });

    it('nor is what `config.onUnhandledError` throws', async ({ expect }) => {
      expect(await run('wrong-handler')).toMatchObject({ code: 0, lines: ['open', 'alive'] });
    });
  },
);

it('a fixture that fails is seen to fail', async () => {
  expect((await run('no-such-fixture')).code).toBe(1);
}, 20_000);
