// Takes the pictures of docs/dashboard.md from `npm run dashboard`: after two minutes, when the payments circuit is open.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type BrowserContextOptions } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const SECONDS = 400;
const desktop = { viewport: { width: 1280, height: 860 } };

const looks: Record<string, BrowserContextOptions> = {
  light: { ...desktop, colorScheme: 'light' },
  dark: { ...desktop, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, colorScheme: 'light' },
};

const example = spawn('npx', ['tsx', 'examples/dashboard/main.ts', '--seconds', String(SECONDS)], {
  cwd: root,
  env: { ...process.env, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [line] = (await once(createInterface(example.stdout), 'line')) as [string];
const url = line.slice(line.indexOf('http'));

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
await setTimeout(120_000);
for (const [name, look] of Object.entries(looks)) {
  const page = await browser.newPage(look);
  await page.goto(url);
  await page.getByRole('button', { name: 'payments' }).click();
  await page.mouse.move(0, 0);
  await page.locator('#detail-state', { hasText: /^open/ }).waitFor({ timeout: 60_000 });
  // Until the row and the charts have caught up.
  await setTimeout(2_000);
  await page.screenshot({ path: `${root}docs/images/dashboard-${name}.png` });
}
await browser.close();
example.kill('SIGTERM');
