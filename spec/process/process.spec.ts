import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

interface Run {
  /** Null if it had to be stopped. */
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly complaints: string;
}

/** Runs a fixture in a process of its own, for as long as that lives by itself, at most 15 s. */
function run(fixture: string): Promise<Run> {
  const file = fileURLToPath(new URL(`fixtures/${fixture}.ts`, import.meta.url));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['--import', 'tsx', file], { timeout: 15_000 }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, lines: stdout.split('\n').filter(Boolean), complaints: stderr }),
    );
  });
}

describe.concurrent('no timer of the breaker keeps a Node process alive', { timeout: 20_000 }, () => {
  it('of an open circuit that is watched', async ({ expect }) => {
    expect(await run('watched-open')).toMatchObject({ code: 0, lines: ['open', 'open'] });
  });

  it('of a half-open circuit with a probe that hangs', async ({ expect }) => {
    expect(await run('hung-probe')).toMatchObject({ code: 0, lines: ['half_open 1'] });
  });

  it('of a `retryIf` that says no', async ({ expect }) => {
    expect(await run('retry-if')).toMatchObject({ code: 0, lines: ['open'] });
  });

  it('though it is on time as long as something else does', async ({ expect }) => {
    expect(await run('kept-alive')).toMatchObject({ code: 0, lines: ['closed', 'open', 'half_open'] });
  });
});

describe.concurrent(
  'what listeners and notifiers throw is never rethrown into the process',
  { timeout: 20_000 },
  () => {
    it('it is reported to the console', async ({ expect }) => {
      const { code, lines, complaints } = await run('wrong-listeners');
      expect({ code, lines }).toStrictEqual({ code: 0, lines: ['open', 'half_open', 'alive', 'exit'] });
      for (const message of ['throws', 'rejects', 'rejects later', 'notifier']) {
        expect(complaints).toContain(`Error: ${message}\n`);
      }
    });

    it('nor is what `config.onUnhandledError` throws', async ({ expect }) => {
      expect(await run('wrong-handler')).toMatchObject({ code: 0, lines: ['open', 'alive'] });
    });
  },
);

it('a fixture that fails is seen to fail', async () => {
  expect((await run('no-such-fixture')).code).toBe(1);
}, 20_000);
