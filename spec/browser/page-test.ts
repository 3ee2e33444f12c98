import { expect, test } from 'vitest';
import { Backend, type Mode } from './backend.ts';
import { bundle } from './bundle.ts';
import { startChromium } from './chromium.ts';

/** A test with a page of its own, in which nothing may be thrown or complained of. */
export const pageTest = test
  .extend('bundled', { scope: 'file' }, () => bundle())
  // Vitest reads from the pattern what a fixture needs.
  // eslint-disable-next-line no-empty-pattern
  .extend('browser', { scope: 'file' }, async ({}, { onCleanup }) => {
    const { browser, stop } = await startChromium();
    onCleanup(stop);
    return browser;
  })
  .extend('backend', async ({ bundled }, { onCleanup }) => {
    const backend = new Backend(bundled.code);
    await backend.serve('up');
    onCleanup(() => backend.stop());
    return backend;
  })
  .extend('page', async ({ browser, backend }, { onCleanup }) => {
    const [context] = browser.contexts();
    const page = await context!.newPage();
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      // Of a failed request the browser itself writes a line, handled or not.
      if (!message.text().startsWith('Failed to load resource')) complaints.push(message.text());
    });
    onCleanup(async () => {
      await page.close();
      expect(complaints).toStrictEqual([]);
    });
    await page.exposeFunction('serve', (mode: Mode) => backend.serve(mode));
    await page.goto(backend.origin);
    return page;
  });
