import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { asyncScheduler, type SchedulerLike } from 'rxjs';
import {
  admitAll,
  CircuitBreaker,
  CircuitBreakerRegistry,
  cooldown,
  failureStreak,
  type CircuitBreakerOptions,
} from 'rxjs-fluxgate';
import type { DashboardOptions } from 'rxjs-fluxgate/dashboard';
import { shadow } from 'rxjs-fluxgate/simulate';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startChromium } from './chromium.ts';
import { DashboardSite } from './dashboard-site.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Axe {
  run(): Promise<{ violations: readonly { id: string; nodes: readonly { html: string }[] }[] }>;
}
declare const axe: Axe;

let browser: Browser;
let stop: () => Promise<void>;
let site: DashboardSite;
let breakers: CircuitBreaker[];
let complaints: string[];
let pages: Page[];

function breakersOf(names: readonly string[], options: CircuitBreakerOptions = {}): CircuitBreaker[] {
  return names.map(
    (name) =>
      new CircuitBreaker({ name, tripper: failureStreak(3), retry: cooldown(20_000), permit: admitAll(), ...options }),
  );
}

function succeed(breaker: CircuitBreaker | undefined): void {
  breaker!.admit().complete();
}

function fail(breaker: CircuitBreaker | undefined, times = 1): void {
  for (let i = 0; i < times; i++) breaker!.admit().error(new Error('down'));
}

/** A page that shows the breakers. */
async function open(options: DashboardOptions = {}, look: BrowserContextOptions = {}): Promise<Page> {
  await site.start(breakers, { interval: 100, ...options });
  return visit(look);
}

async function visit(look: BrowserContextOptions = {}, url = site.url): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...look });
  const page = await context.newPage();
  pages.push(page);
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    // What the browser logs of its own accord: failed requests, handled or not, and a test that looks
    // at pictures.
    if (!/^Failed to load resource|net::ERR|^Canvas2D/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(url);
  return page;
}

/** As if its tab were changed; headless, every page is in sight. */
async function setVisibility(page: Page, visibility: DocumentVisibilityState): Promise<void> {
  await page.evaluate((visibility) => {
    Object.defineProperty(document, 'visibilityState', { value: visibility, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, visibility);
}

function row(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('button', { name, exact: true }) });
}

/** Waits until a text is what is wanted, in sight or scrolled out of it. */
async function expectText(locator: Locator, text: string | RegExp): Promise<void> {
  await vi.waitFor(async () => expect((await locator.textContent())?.trim()).toMatch(text), {
    timeout: 10_000,
    interval: 50,
  });
}

async function expectHidden(locator: Locator): Promise<void> {
  await locator.waitFor({ state: 'hidden', timeout: 10_000 });
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => (await axe.run()).violations);
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

describe('the dashboard', () => {
  beforeAll(async () => {
    ({ browser, stop } = await startChromium());
  });
  afterAll(() => stop());

  beforeEach(() => {
    site = new DashboardSite();
    breakers = breakersOf(['payments', 'search', 'stock']);
    complaints = [];
    pages = [];
  });
  afterEach(async () => {
    for (const page of pages) await page.context().close();
    await site.kill();
    expect(complaints).toStrictEqual([]);
  });

  it('has a row for each circuit, which follows its state and shows why', async () => {
    const page = await open();
    await expectText(row(page, 'payments').locator('.state'), /^closed$/);

    fail(breakers[0], 3);
    await expectText(row(page, 'payments').locator('.state'), /^open$/);
    expect(await row(page, 'payments').locator('.why').textContent()).toBe('failureStreak(3): 3 failures in a row');
    await expectText(page.locator('#summary'), /1\s*open\s*2\s*closed/);

    breakers[0]!.reset();
    await expectText(row(page, 'payments').locator('.state'), /^closed$/);
  });

  it('counts down to the next attempt, by the clock of the server', async () => {
    // Which is an hour late.
    const scheduler = Object.assign(Object.create(asyncScheduler) as SchedulerLike, {
      now: () => Date.now() - 3_600_000,
    });
    breakers = breakersOf(['payments', 'search'], { scheduler });
    const page = await open({ scheduler });
    fail(breakers[1], 3);
    await expectText(row(page, 'search').locator('.next'), /^in (20|19|18) s$/);
    await expectText(row(page, 'search').locator('.next'), /^in 17 s$/);
  });

  it('puts what is not closed first, or sorts by name, and filters', async () => {
    const page = await open();
    const names = (): Promise<string[]> => page.locator('tbody th').allTextContents();
    await expectText(page.locator('tbody'), /payments[^]*search[^]*stock/);

    fail(breakers[2], 3);
    await vi.waitFor(async () => expect(await names()).toStrictEqual(['stock', 'payments', 'search']), 10_000);
    await page.getByLabel('Sort').selectOption('by name');
    expect(await names()).toStrictEqual(['payments', 'search', 'stock']);
    await page.getByPlaceholder('Filter by name').fill('S');
    await vi.waitFor(async () => expect(await names()).toStrictEqual(['payments', 'search', 'stock']), 10_000);
    await page.getByPlaceholder('Filter by name').fill('se');
    expect(await names()).toStrictEqual(['search']);
    await page.getByPlaceholder('Filter by name').fill('nothing');
    await expectText(page.locator('#nothing'), 'No circuit has such a name.');
  });

  it('draws the calls, the latency and the state as time goes by', async () => {
    const page = await open();
    const painted = (selector: string): Promise<number> =>
      page
        .locator(selector)
        .first()
        .evaluate((canvas) => {
          const { width, height } = canvas as HTMLCanvasElement;
          const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
          const reds = Array.from({ length: data.length / 4 }, (_, i) => data.slice(4 * i, 4 * i + 4));
          return reds.filter(([red = 0, green = 0, , alpha = 0]) => alpha > 200 && red > 150 && green < 80).length;
        });
    await page.getByRole('button', { name: 'payments' }).click();
    await expectText(page.locator('#detail-heading'), 'payments');
    const before = await painted('#calls-chart canvas');

    for (let i = 0; i < 5; i++) succeed(breakers[0]);
    fail(breakers[0], 3);
    await vi.waitFor(async () => expect(await painted('#calls-chart canvas')).toBeGreaterThan(before + 100), 10_000);
    await vi.waitFor(async () => expect(await painted('tr.selected canvas')).toBeGreaterThan(5), 10_000);
    await expectText(page.locator('#bands'), /closed[^]*open/);
    const label = page.getByRole('img', { name: /^Calls of payments/ });
    expect(await label.getAttribute('aria-label')).toMatch(/: 8 calls, 3 failed, 0 rejected$/);
  });

  it('has a key of its colour for each line of the charts', async () => {
    const page = await open();
    await expectText(page.locator('#detail-heading'), 'payments');
    const colours = await page
      .locator('#latency-legend .key, #calls-legend .key')
      .evaluateAll((keys: Element[]) =>
        keys.map((key): [string, string] => [key.classList.value, getComputedStyle(key, '::before').borderTopColor]),
      );
    const text = await page.locator('#latency-legend').evaluate((legend) => getComputedStyle(legend).color);
    expect(colours.length).toBe(6);
    expect(colours.filter(([name, colour]) => !name.includes('muted') && colour === text)).toStrictEqual([]);
  });

  it('shows a page that is opened in an outage how it began', async () => {
    await site.start(breakers, { interval: 100 });
    fail(breakers[0], 3);
    expect(() => breakers[0]!.admit()).toThrow();
    expect(site.requests).toStrictEqual([]);

    const page = await visit();
    await expectText(
      page.locator('#entries li').first(),
      /payments\s*closed\s*→\s*open\s*failureStreak\(3\): 3 failures in a row/,
    );
    await expectText(row(page, 'payments').locator('.rejected'), '1');
    await vi.waitFor(
      async () =>
        expect(await page.locator('#calls-chart').getAttribute('aria-label')).toMatch(/3 calls, 3 failed, 1 rejected$/),
      10_000,
    );
  });

  it('lists the signals, the latest first, those of the selected circuit alone if wanted', async () => {
    const page = await open();
    fail(breakers[0], 3);
    breakers[1]!.metricsOnly('a trial');
    await expectText(
      page.locator('#entries li').first(),
      /search\s*closed\s*→\s*metrics only\s*metricsOnly\(\): a trial/,
    );
    expect(await page.locator('#entries li').count()).toBe(2);

    await page.getByRole('button', { name: 'payments' }).click();
    await page.getByLabel('this circuit only').check();
    expect(await page.locator('#entries li b').allTextContents()).toStrictEqual(['payments']);
  });

  it('announces what changes', async () => {
    const page = await open();
    await expectText(row(page, 'stock').locator('.state'), 'closed');
    breakers[2]!.trip();
    await vi.waitFor(async () => expect(await page.locator('#announcer').textContent()).toBe('stock is open'), 10_000);
    expect(await page.locator('#announcer').getAttribute('role')).toBe('status');
  });

  it('announces what happens in a storm together, every 3 s at most', async () => {
    const page = await open();
    await expectText(row(page, 'stock').locator('.state'), 'closed');
    await page.evaluate(() => {
      const said: [at: number, text: string][] = [];
      Object.assign(window, { said });
      const announcer = document.querySelector('#announcer')!;
      new MutationObserver(() => said.push([performance.now(), announcer.textContent])).observe(announcer, {
        childList: true,
      });
    });
    const said = (): Promise<[number, string][]> =>
      page.evaluate(() => (window as unknown as { said: [number, string][] }).said);
    const storm = setInterval(() => {
      breakers[2]!.trip();
      breakers[2]!.reset();
    }, 50);
    await vi.waitFor(async () => expect((await said()).length).toBe(2), 10_000).finally(() => clearInterval(storm));
    const [[first] = [0], [second, text] = [0, '']] = await said();
    expect(second - first).toBeGreaterThan(2_500);
    expect(text).toMatch(/^\d+ signals, the latest: stock is (open|closed)$/);
  });

  it('shows that it is disconnected, and takes what a restarted server knows', async () => {
    const page = await open({ title: 'Before' });
    fail(breakers[0], 3);
    await expectText(row(page, 'payments').locator('.state'), /^open$/);

    await site.kill();
    await page.locator('#banner').waitFor();
    await expectText(
      page.locator('#banner'),
      /Disconnected since [\d:]+: what you see is old. Trying again (in \d+ s|due)/,
    );
    await expectText(page.locator('#announcer'), 'Disconnected: what the page shows is old.');
    // The countdown would be read out each second.
    expect(await page.locator(':is([role=status], [aria-live]):is(#banner, #banner *)').count()).toBe(0);
    breakers = breakersOf(['payments', 'mail']);
    await site.start(breakers, { interval: 100, title: 'After' });
    await expectHidden(page.locator('#banner'));
    await expectText(page.locator('#announcer'), 'Connected again: 2 closed');
    expect(await page.title()).toBe('After');
    expect(await page.locator('tbody th').allTextContents()).toStrictEqual(['mail', 'payments']);
    await expectText(row(page, 'payments').locator('.state'), /^closed$/);
    expect(await page.locator('#entries li').count()).toBe(0);

    fail(breakers[1], 3);
    await expectText(row(page, 'mail').locator('.state'), /^open$/);
  });

  it('comes back when the server has a place for it again', async () => {
    const first = await open({ maxClients: 1 });
    await expectText(row(first, 'payments').locator('.state'), 'closed');
    const second = await visit();
    await expectText(second.locator('#connection'), 'disconnected');
    await first.close();
    // If it has not tried of its own accord by then, and the button is gone.
    await second.evaluate(() => document.getElementById('retry')?.click());
    await expectText(row(second, 'payments').locator('.state'), 'closed');
  });

  it('holds no connection while it is out of sight, because a browser has few', async () => {
    const first = await open({ maxClients: 1 });
    await expectText(row(first, 'payments').locator('.state'), 'closed');
    await setVisibility(first, 'hidden');
    const second = await visit();
    await second.getByRole('button', { name: 'payments' }).waitFor();

    await second.close();
    fail(breakers[0], 3);
    await setVisibility(first, 'visible');
    await expectText(row(first, 'payments').locator('.state'), /^open$/);
  });

  it('connects to its own server at a path that looks like another host', async () => {
    await site.start(breakers);
    const { origin } = new URL(site.url);
    const page = await visit({}, `${origin}//evil.example/ops`);
    await expectText(row(page, 'payments').locator('.state'), 'closed');
  });

  it('shows nothing else in place of the selected circuit when that goes', async () => {
    const registry = new CircuitBreakerRegistry();
    for (const name of ['payments', 'search']) registry.get(name);
    await site.start(registry, { interval: 100, control: () => true });
    const page = await visit();
    await expectText(page.locator('#detail-heading'), 'payments');
    registry.delete('payments');
    await expectHidden(page.locator('#detail'));
    expect(await page.locator('tbody th').allTextContents()).toStrictEqual(['search']);
    await page.getByRole('button', { name: 'search' }).click();
    await expectText(page.locator('#detail-heading'), 'search');
  });

  it.each([1280, 1000])('has room for the longest countdown, %d px wide', async (width) => {
    breakers = breakersOf(['payments'], { retry: cooldown(1_800_000) });
    const page = await open({}, { viewport: { width, height: 800 } });
    fail(breakers[0], 3);
    const next = row(page, 'payments').locator('.next');
    await expectText(next, /^in 29 min \d\d s$/);
    expect(await next.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  });

  it('marks a shadow, has no commands for it, and does not count it among the circuits', async () => {
    breakers = breakersOf(['payments'], { tripper: failureStreak(50) });
    await site.start([...breakers, shadow(breakers[0]!, { tripper: failureStreak(3) })], { control: () => true });
    const page = await visit();
    fail(breakers[0], 5);
    await expectText(row(page, 'payments (shadow)').locator('.state'), /^open$/);
    expect(await page.locator('tbody .tag').allTextContents()).toStrictEqual(['shadow']);
    await expectText(page.locator('#summary'), /^1\s*closed$/);
    const reset = page.getByRole('button', { name: 'Reset' });
    await page.getByRole('button', { name: 'payments (shadow)' }).click();
    await expectText(page.locator('#facts'), /rejects none/);
    expect(await reset.count()).toBe(0);
    await page.getByRole('button', { name: 'payments', exact: true }).click();
    await vi.waitFor(async () => expect(await reset.count()).toBe(1), 10_000);
  });

  it('has no commands if the server takes none', async () => {
    const page = await open();
    await expectText(page.locator('#detail-heading'), 'payments');
    expect(await page.getByRole('button', { name: 'Reset' }).count()).toBe(0);
  });

  it('resets, forces open and disables if that is allowed, and asks before what stops calls or guards', async () => {
    const page = await open({ control: () => true });
    await page.getByRole('button', { name: 'stock' }).click();
    await page.getByRole('button', { name: 'Force open…' }).click();
    expect(await page.getByRole('dialog').textContent()).toContain('Every call is rejected until the circuit is reset');
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(breakers[2]!.state).toBe('closed');

    await page.getByRole('button', { name: 'Force open…' }).click();
    await page.getByRole('button', { name: 'Force open', exact: true }).click();
    await expectText(row(page, 'stock').locator('.state'), 'forced open');
    expect(breakers[2]!.state).toBe('forced_open');
    await expectText(page.locator('#outcome'), 'Done.');

    await page.getByRole('button', { name: 'Disable…' }).click();
    await page.getByRole('button', { name: 'Disable', exact: true }).click();
    await expectText(row(page, 'stock').locator('.state'), 'disabled');
    await page.getByRole('button', { name: 'Reset' }).click();
    await expectText(row(page, 'stock').locator('.state'), 'closed');
    expect(breakers.map(({ state }) => state)).toStrictEqual(['closed', 'closed', 'closed']);
  });

  it('asks for a reason, which all pages show, and has a command for metrics only', async () => {
    const page = await open({ control: () => true });
    await page.getByRole('button', { name: 'stock' }).click();
    await page.getByRole('button', { name: 'Metrics only…' }).click();
    await page.getByLabel('Reason').fill('thresholds on trial');
    await page.keyboard.press('Enter');
    await expectText(row(page, 'stock').locator('.state'), 'metrics only');
    expect(breakers[2]!.state).toBe('metrics_only');
    await expectText(page.locator('#detail-why'), /metricsOnly\(\): thresholds on trial/);
    await expectText(page.locator('#entries li').first(), /thresholds on trial/);

    // The next question does not begin with the reason of the last.
    await page.getByRole('button', { name: 'Disable…' }).click();
    expect(await page.getByLabel('Reason').inputValue()).toBe('');
  });

  it('takes no command while it is disconnected', async () => {
    const page = await open({ control: () => true });
    const reset = page.getByRole('button', { name: 'Reset' });
    expect(await reset.isEnabled()).toBe(true);
    await page.getByRole('button', { name: 'Disable…' }).click();
    await site.kill();
    await page.locator('#banner').waitFor();
    expect(await page.getByRole('button', { name: 'Disable', exact: true }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await reset.isDisabled()).toBe(true);
    await site.start(breakers, { interval: 100, control: () => true });
    await expectHidden(page.locator('#banner'));
    expect(await reset.isEnabled()).toBe(true);
  });

  it('shows who is on call since when and why a circuit is in trouble, what tripped it, and how near it is', async () => {
    const errorText = (error: unknown): string => `<b>${String(error)}</b>`;
    const page = await open({ errorText });
    const facts = page.locator('#facts');
    await page.getByRole('button', { name: 'payments' }).click();
    succeed(breakers[0]);
    fail(breakers[0], 2);
    await expectText(facts, /Now\s*failureStreak\(3\): 2 of 3 failures in a row/);
    fail(breakers[0]);
    await expectText(facts, /In trouble\s*since [\d:]+, for \d+ s: failureStreak\(3\): 3 failures in a row/);
    await expectText(facts, /When it tripped\s*3 of 4 calls failed, 0 ms in the mean/);
    await expectText(facts, /Last error\s*<b>Error: down<\/b>/);
    breakers[0]!.reset();
    await vi.waitFor(async () => expect(await facts.textContent()).not.toContain('In trouble'), 10_000);
  });

  it('shows a circuit that cannot be read as such, and the others live', async () => {
    vi.spyOn(breakers[0]!, 'info').mockImplementation(() => {
      throw new Error('no metric');
    });
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const page = await open();
    await expectText(row(page, 'payments').locator('.why'), 'cannot be read');
    fail(breakers[1], 3);
    await expectText(row(page, 'search').locator('.state'), /^open$/);
  });

  it('moves no row under the pointer, until it leaves', async () => {
    const page = await open();
    const names = (): Promise<string[]> => page.locator('tbody th').allTextContents();
    await expectText(page.locator('tbody'), /payments[^]*search[^]*stock/);
    await row(page, 'search').hover();
    fail(breakers[2], 3);
    await expectText(row(page, 'stock').locator('.state'), /^open$/);
    await page.waitForTimeout(1_500);
    expect(await names()).toStrictEqual(['payments', 'search', 'stock']);
    await expectText(page.locator('#held'), 'order held while you point at it');
    await page.locator('#title').hover();
    await vi.waitFor(async () => expect(await names()).toStrictEqual(['stock', 'payments', 'search']), 10_000);
  });

  describe('in a narrow window', () => {
    const narrow = { viewport: { width: 360, height: 740 } };
    const topOf = async (locator: Locator): Promise<number> => (await locator.boundingBox())!.y;

    it('moves nothing by showing that the order is held, or it would come and go without end', async () => {
      const page = await open({ control: () => true }, narrow);
      await expectText(page.locator('#detail-heading'), 'payments');
      const button = page.getByRole('button', { name: 'Disable…' });
      const before = await topOf(button);
      await row(page, 'search').hover();
      await page.locator('#held').waitFor();
      expect(await topOf(button)).toBe(before);
    });

    it('does not scroll away from what is read when rows change their order', async () => {
      breakers = breakersOf(['payments', 'search', 'stock', 'mail', 'reports', 'zebra']);
      const page = await open({ control: () => true }, narrow);
      await row(page, 'payments').getByRole('button').click();
      await page.mouse.move(0, 0);
      const button = page.getByRole('button', { name: 'Disable…' });
      // The last rows and the buttons are in sight.
      await page.locator('tbody tr').last().scrollIntoViewIfNeeded();
      await button.evaluate((element) => window.scrollBy(0, element.getBoundingClientRect().top - 200));
      const before = await topOf(button);
      breakers[5]!.forceOpen();
      await vi.waitFor(async () => expect(await page.locator('tbody th').first().textContent()).toBe('zebra'), 10_000);
      await page.waitForTimeout(300);
      expect(Math.abs((await topOf(button)) - before)).toBeLessThan(1);
    });
  });

  it('shows that a command was refused, and nothing has happened', async () => {
    const control = vi.fn(() => false);
    const page = await open({ control });
    fail(breakers[0], 3);
    await page.getByRole('button', { name: 'payments' }).click();
    await page.getByRole('button', { name: 'Reset' }).click();
    await expectText(page.locator('#outcome'), 'Refused: not allowed.');
    expect(control).toHaveBeenCalledExactlyOnceWith(expect.anything(), {
      circuit: 'payments',
      action: 'reset',
      why: '',
    });
    expect(breakers[0]!.state).toBe('open');
  });

  it('gives up a command that is not answered, and does not say that it was not done', async () => {
    const page = await open({ control: () => new Promise(() => undefined) });
    await page.evaluate(() => {
      const timeout = AbortSignal.timeout.bind(AbortSignal);
      AbortSignal.timeout = (ms) => timeout(ms / 50);
    });
    await page.getByRole('button', { name: 'Reset' }).click();
    await expectText(page.locator('#outcome'), 'The server has not responded. The state shows whether it was done.');
  });

  it('shows names and details of a circuit as text', async () => {
    const name = '<img src=x onerror=alert(1)>"\'&';
    breakers = breakersOf([name]);
    const page = await open({ title: '</title><script>alert(2)</script>', control: () => true });
    page.on('dialog', (dialog) => complaints.push(dialog.message()));
    await expectText(page.locator('tbody th'), name);
    breakers[0]!.trip();
    await expectText(page.locator('#entries li b'), name);
    expect(await page.locator('#title').textContent()).toBe('</title><script>alert(2)</script>');
    expect(await page.locator('main img').count()).toBe(0);
    await page.getByRole('button', { name: 'Reset' }).click();
    await expectText(page.locator('#outcome'), 'Done.');
    expect(breakers[0]!.state).toBe('closed');
  });

  it('can be used by the keyboard alone', async () => {
    const page = await open({ control: () => true });
    await expectText(page.locator('#detail-heading'), 'payments');
    await page.locator('#filter').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expectText(page.locator('#detail-heading'), 'search');
    expect(await page.locator('[aria-current]').textContent()).toBe('search');

    // The row moves to the top, and the focus with it.
    breakers[1]!.trip();
    await vi.waitFor(async () => expect(await page.locator('tbody th').first().textContent()).toBe('search'), 10_000);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('search');
    expect(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)).toBe('solid');
  });

  it('lets the keyboard skip hundreds of circuits', async () => {
    const page = await open();
    await expectText(page.locator('#detail-heading'), 'payments');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('detail');
  });

  it('asks no server but its own', async () => {
    const page = await open({ control: () => true });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.reload();
    await expectText(row(page, 'payments').locator('.state'), 'closed');
    expect(new Set(asked)).toStrictEqual(new Set([site.url, `${site.url}/fluxgate-events`]));
  });

  it('touches only what has changed, however many circuits there are', async () => {
    breakers = breakersOf(Array.from({ length: 500 }, (_, i) => `circuit-${String(i)}`));
    const page = await open();
    await vi.waitFor(async () => expect(await page.locator('tbody tr').count()).toBe(500), 20_000);

    await page.evaluate(() => {
      const touched = new Set<string>();
      Object.assign(window, { touched });
      new MutationObserver((records) => {
        for (const { target } of records) {
          const cell = (target instanceof Element ? target : target.parentElement)?.closest('td, tbody');
          // Of every circuit, how long it has been in its state is shown again each second.
          if (cell && !cell.matches('.since'))
            touched.add(cell.closest('tr')?.querySelector('th')?.textContent ?? 'rows');
        }
      }).observe(document.querySelector('tbody')!, { childList: true, characterData: true, subtree: true });
    });
    // A second, so that the times of all rows are shown again.
    await page.waitForTimeout(1_100);
    succeed(breakers[321]);
    // Not by role, which would make the page work out the names of 500 rows again and again.
    await page.waitForFunction(() => {
      const rows = [...document.querySelectorAll('tbody tr')];
      const called = rows.find((row) => row.querySelector('th')?.textContent === 'circuit-321');
      return called?.querySelector('.calls')?.textContent === '1';
    });
    const touched = await page.evaluate(() => [...(window as unknown as { touched: Set<string> }).touched]);
    expect(touched).toStrictEqual(['circuit-321']);
  });

  it('does at most 10 times the work for 300 circuits as for 10, if as many of them are called', async () => {
    const work = async (circuits: number): Promise<number> => {
      breakers = breakersOf(Array.from({ length: circuits }, (_, i) => `circuit-${String(i)}`));
      const page = await open();
      await vi.waitFor(async () => expect(await page.locator('tbody tr').count()).toBe(circuits), 20_000);
      const session = await page.context().newCDPSession(page);
      await session.send('Performance.enable');
      const spent = async (): Promise<number> => {
        const { metrics } = await session.send('Performance.getMetrics');
        const parts = ['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'];
        return metrics.filter(({ name }) => parts.includes(name)).reduce((sum, { value }) => sum + value, 0);
      };
      await page.waitForTimeout(500);
      const before = await spent();
      for (let i = 0; i < 30; i++) {
        for (const breaker of breakers.slice(0, 10)) succeed(breaker);
        await page.waitForTimeout(100);
      }
      const total = (await spent()) - before;
      await page.close();
      await site.kill();
      return total;
    };
    const few = await work(10);
    const many = await work(300);
    expect(many / few).toBeLessThan(10);
  });

  describe('is without violations of accessibility rules, and never wider than the screen', () => {
    const phone = { viewport: { width: 360, height: 740 } };
    it.each<[string, BrowserContextOptions]>([
      ['light', { colorScheme: 'light' }],
      ['dark', { colorScheme: 'dark' }],
      ['on a phone', { ...phone, colorScheme: 'light' }],
      ['dark on a phone', { ...phone, colorScheme: 'dark' }],
    ])('%s', async (_look, look) => {
      breakers = breakersOf([
        'payments',
        'search',
        'stock',
        'mail',
        'reports',
        'a-service-with-a-name.that.is-very-long',
        '',
      ]);
      const page = await open({ control: () => true }, look);
      fail(breakers[0], 3);
      breakers[1]!.forceOpen();
      breakers[2]!.disable();
      breakers[3]!.metricsOnly();
      fail(breakers[3], 3);
      await expectText(row(page, 'mail').locator('.state'), 'metrics only');
      await page.getByRole('button', { name: 'payments' }).click();
      await expectText(page.locator('#detail-heading'), 'payments');
      await expectText(page.locator('#facts'), 'In trouble');
      expect(await violations(page)).toStrictEqual([]);
      expect(await page.evaluate(() => document.scrollingElement!.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);

      await page.getByRole('button', { name: 'Disable…' }).click();
      expect(await violations(page)).toStrictEqual([]);
      await page.getByRole('button', { name: 'Cancel' }).click();

      await site.kill();
      await page.locator('#banner').waitFor();
      await expectText(page.locator('#banner'), 'Disconnected');
      expect(await violations(page)).toStrictEqual([]);
    });
  });
});
