import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession, JSHandle, Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import type * as InPage from './in-page.ts';
import { pageTest } from './page-test.ts';

// In the page.
declare const inPage: typeof InPage;

/** Longer than every wait of a breaker here. */
const FROZEN = 3_000;

/** In the background a timer runs once a second. */
const PATIENT = { timeout: 10_000 };

/** Its clock goes on and its timers stand still, as the browser does with a tab that was long in the background. */
async function freeze(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  return session;
}

async function thaw(session: CDPSession): Promise<void> {
  await session.send('Page.setWebLifecycleState', { state: 'active' });
}

type Watched = JSHandle<ReturnType<typeof InPage.watchedBreaker> & { readonly beats: number }>;

/** An open circuit that waits 2 s, and a timer to compare with. */
function openCircuit(page: Page): Promise<Watched> {
  return page.evaluateHandle(() => {
    const { fluxgate, rxjs, watchedBreaker } = inPage;
    const heart = { beats: 0 };
    rxjs.interval(50).subscribe(() => heart.beats++);
    const watched = watchedBreaker({ retry: fluxgate.cooldown(2_000) });
    watched.breaker.trip();
    return Object.assign(heart, watched);
  });
}

const stateOf = (watched: Watched): Promise<{ state: string; beats: number }> =>
  watched.evaluate(({ breaker, beats }) => ({ state: breaker.state, beats }));

const changesOf = (watched: Watched): Promise<string[]> => watched.evaluate(({ changes }) => changes);

const call = (watched: Watched): Promise<string> =>
  watched.evaluate(({ breaker }) => {
    const { ajax, endOf, fluxgate } = inPage;
    return endOf(ajax.getJSON('/api').pipe(fluxgate.circuitBreaker(breaker)));
  });

describe('a tab that is frozen', () => {
  pageTest('goes half-open when it thaws', async ({ page }) => {
    const watched = await openCircuit(page);
    const session = await freeze(page);
    const before = await stateOf(watched);
    await sleep(FROZEN);

    expect(await stateOf(watched)).toStrictEqual({ state: 'open', beats: before.beats });
    await thaw(session);
    await expect.poll(() => changesOf(watched), PATIENT).toStrictEqual(['closed → open', 'open → half_open']);
    expect(await call(watched)).toBe('up');
    expect(await changesOf(watched)).toStrictEqual(['closed → open', 'open → half_open', 'half_open → closed']);
  });

  pageTest('goes half-open at a call that comes before its timers, which then change nothing', async ({ page }) => {
    const watched = await openCircuit(page);
    const session = await freeze(page);
    const before = await stateOf(watched);
    await sleep(FROZEN);

    const value = await watched.evaluate(({ breaker }) => {
      const { fluxgate, rxjs } = inPage;
      let value = 0;
      rxjs
        .of(1)
        .pipe(fluxgate.circuitBreaker(breaker))
        .subscribe((one) => (value = one));
      return value;
    });
    expect(value).toBe(1);
    expect(await stateOf(watched)).toStrictEqual({ state: 'closed', beats: before.beats });
    await thaw(session);
    await expect.poll(async () => (await stateOf(watched)).beats, PATIENT).toBeGreaterThan(before.beats + 1);
    expect(await changesOf(watched)).toStrictEqual(['closed → open', 'open → half_open', 'half_open → closed']);
  });

  pageTest('keeps no probe forever that was in flight', async ({ page }) => {
    const watched: Watched = await page.evaluateHandle(() => {
      const { ajax, fluxgate, watchedBreaker } = inPage;
      const retry: InPage.fluxgate.Retry = ({ reopens }) => (reopens ? 100 : 0);
      const options = { tripper: fluxgate.failureStreak(1), retry, maxProbes: 1, probeTimeout: 2_000 };
      const { breaker, changes } = watchedBreaker(options);
      breaker.trip();
      ajax.getJSON('/api/hanging').pipe(fluxgate.circuitBreaker(breaker)).subscribe();
      return { breaker, changes, beats: 0 };
    });
    const session = await freeze(page);
    await sleep(FROZEN);

    expect(await call(watched)).toBe('rejected by api');
    expect(await changesOf(watched)).toStrictEqual(['closed → open', 'open → half_open']);
    await thaw(session);
    await expect
      .poll(() => changesOf(watched), PATIENT)
      .toStrictEqual(['closed → open', 'open → half_open', 'half_open → open', 'open → half_open']);
    expect(await call(watched)).toBe('up');
    expect(await stateOf(watched)).toMatchObject({ state: 'closed' });
  });
});

describe('a tab behind another one', () => {
  pageTest('goes half-open, though its timers are throttled', async ({ page }) => {
    const other = await page.context().newPage();
    await other.bringToFront();
    await expect.poll(() => page.evaluate(() => document.visibilityState)).toBe('hidden');
    const watched = await openCircuit(page);

    await expect.poll(() => changesOf(watched), PATIENT).toStrictEqual(['closed → open', 'open → half_open']);
    // In 2 s and more there is room for 40.
    expect((await stateOf(watched)).beats).toBeLessThan(10);
    expect(await call(watched)).toBe('up');
    expect(await stateOf(watched)).toMatchObject({ state: 'closed' });
    await other.close();
  });
});
