import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Browser } from 'playwright-core';

/**
 * A headless Chromium as users have it.
 *
 * Playwright's own `launch` switches off that tabs in the background are throttled and makes every tab believe that it
 * is in front, so Chromium is started without it.
 */
export async function startChromium(): Promise<{ browser: Browser; stop: () => Promise<void> }> {
  const executable = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  if (!existsSync(executable)) {
    throw new Error(
      `There is no browser at ${executable}: run .ci/install-chromium, or set CHROMIUM to the path of one`,
    );
  }
  const profile = await mkdtemp(join(tmpdir(), 'chromium-'));
  const child = spawn(
    executable,
    [
      '--headless',
      '--no-sandbox',
      '--no-first-run',
      // Each test opens a page of its own, and none is half open when Playwright connects.
      '--no-startup-window',
      '--disable-background-networking',
      '--disable-dev-shm-usage',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill();
    await exited;
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };

  const said: string[] = [];
  const address = await new Promise<string | undefined>((resolve) => {
    // Read to the end, because a full pipe would hold it up.
    createInterface(child.stderr)
      .on('line', (line) => {
        said.push(line);
        const [, address] = /^DevTools listening on (ws:\S+)$/.exec(line) ?? [];
        if (address !== undefined) resolve(address);
      })
      .on('close', () => resolve(undefined));
  });
  if (address === undefined) {
    await stop();
    throw new Error(`${executable} did not start:\n${said.join('\n')}`);
  }
  try {
    return { browser: await chromium.connectOverCDP(address, { noDefaults: true }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
