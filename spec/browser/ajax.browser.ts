import { describe, expect } from 'vitest';
import type { Mode } from './backend.ts';
import type * as InPage from './in-page.ts';
import { pageTest } from './page-test.ts';

// In the page; `serve` sets how the backend responds.
declare const inPage: typeof InPage;
declare const serve: (mode: Mode) => Promise<void>;

describe('around ajax', () => {
  pageTest('the circuit opens, rejects, probes after the wait and closes', async ({ page, backend }) => {
    const { ends, changes, waited } = await page.evaluate(async () => {
      const { ajax, endOf, fluxgate, rxjs, watchedBreaker } = inPage;
      const { breaker, changes } = watchedBreaker({});
      const times: number[] = [];
      breaker.signal$.subscribe(({ timestamp }) => times.push(timestamp));
      const halfOpen$ = breaker.state$.pipe(rxjs.filter((state) => state === 'half_open'));
      const call = (): Promise<string> => endOf(ajax.getJSON('/api').pipe(fluxgate.circuitBreaker(breaker)));

      await serve('failing');
      const ends = [await call(), await call(), await call(), await call()];
      await rxjs.firstValueFrom(halfOpen$);
      await serve('up');
      ends.push(await call(), await call());
      return { ends, changes, waited: times[1]! - times[0]! };
    });

    expect(ends).toStrictEqual(['AjaxError 503', 'AjaxError 503', 'AjaxError 503', 'rejected by api', 'up', 'up']);
    expect(changes).toStrictEqual(['closed → open', 'open → half_open', 'half_open → closed']);
    expect(backend.requests).toBe(5);
    // A browser rounds its clock.
    expect(waited).toBeGreaterThanOrEqual(299);
  });

  pageTest('a probe that fails opens it again', async ({ page }) => {
    const { ends, changes, reopens } = await page.evaluate(async () => {
      const { ajax, endOf, fluxgate, rxjs, watchedBreaker } = inPage;
      const { breaker, changes } = watchedBreaker({ tripper: fluxgate.failureStreak(1) });
      const halfOpen$ = breaker.state$.pipe(rxjs.filter((state) => state === 'half_open'));
      const call = (): Promise<string> => endOf(ajax.getJSON('/api').pipe(fluxgate.circuitBreaker(breaker)));

      await serve('failing');
      const ends = [await call()];
      await rxjs.firstValueFrom(halfOpen$);
      ends.push(await call(), await call());
      return { ends, changes, reopens: breaker.info().reopens };
    });

    expect(ends).toStrictEqual(['AjaxError 503', 'AjaxError 503', 'rejected by api']);
    expect(changes).toStrictEqual(['closed → open', 'open → half_open', 'half_open → open']);
    expect(reopens).toBe(1);
  });

  pageTest('the next call after the wait is the probe if it is not watched', async ({ page }) => {
    const seen = await page.evaluate(async () => {
      const { ajax, endOf, fluxgate, rxjs } = inPage;
      const breaker = new fluxgate.CircuitBreaker({
        tripper: fluxgate.failureStreak(1),
        retry: fluxgate.cooldown(300),
        recovery: fluxgate.byTripper(),
      });
      const call = (): Promise<string> => endOf(ajax.getJSON('/api').pipe(fluxgate.circuitBreaker(breaker)));

      await serve('failing');
      const seen = [await call(), breaker.state];
      await serve('up');
      await rxjs.firstValueFrom(rxjs.timer(400));
      seen.push(breaker.state, await call(), breaker.state);
      return seen;
    });

    expect(seen).toStrictEqual(['AjaxError 503', 'open', 'open', 'up', 'closed']);
  });

  pageTest('what switchMap cancels changes nothing', async ({ page, backend }) => {
    const { values, events, info } = await page.evaluate(async () => {
      const { ajax, fluxgate, rxjs, watchedBreaker } = inPage;
      const { breaker } = watchedBreaker({ tripper: fluxgate.failureStreak(1) });
      const events: string[] = [];
      breaker.call$.subscribe(({ type }) => events.push(type));
      const values: unknown[] = [];
      const path$ = new rxjs.Subject<string>();
      const answered = rxjs.lastValueFrom(
        path$.pipe(
          rxjs.switchMap((path) => ajax.getJSON(path).pipe(fluxgate.circuitBreaker(breaker))),
          rxjs.tap((value) => values.push(value)),
        ),
      );

      for (const path of ['/api/hanging', '/api/hanging', '/api/hanging', '/api']) path$.next(path);
      path$.complete();
      await answered;
      const { state, inFlight, metric } = breaker.info();
      return { values, events, info: { state, inFlight, calls: metric.totalCount } };
    });

    expect(values).toStrictEqual(['up']);
    expect(events).toStrictEqual(['cancelled', 'cancelled', 'cancelled', 'success']);
    expect(info).toStrictEqual({ state: 'closed', inFlight: 0, calls: 1 });
    await expect.poll(() => backend.hanging, { timeout: 10_000 }).toBe(0);
  });

  pageTest('a cancelled probe gives its place back', async ({ page }) => {
    const { ends, changes } = await page.evaluate(async () => {
      const { ajax, endOf, fluxgate, watchedBreaker } = inPage;
      const { breaker, changes } = watchedBreaker({ retry: fluxgate.always(), maxProbes: 1 });
      const guarded$ = ajax.getJSON('/api').pipe(fluxgate.circuitBreaker(breaker));

      breaker.trip();
      const probe = ajax.getJSON('/api/hanging').pipe(fluxgate.circuitBreaker(breaker)).subscribe();
      const ends = [await endOf(guarded$)];
      probe.unsubscribe();
      ends.push(await endOf(guarded$));
      return { ends, changes };
    });

    expect(ends).toStrictEqual(['rejected by api', 'up']);
    expect(changes).toStrictEqual(['closed → open', 'open → half_open', 'half_open → closed']);
  });
});
