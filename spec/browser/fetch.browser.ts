import { describe, expect } from 'vitest';
import type { Mode } from './backend.ts';
import type * as InPage from './in-page.ts';
import { pageTest } from './page-test.ts';

// In the page; `serve` sets how the backend responds.
declare const inPage: typeof InPage;
declare const serve: (mode: Mode) => Promise<void>;

describe('around fromFetch', () => {
  pageTest('a server that is down opens the circuit, and one that is back closes it', async ({ page }) => {
    const { ends, changes, cause } = await page.evaluate(async () => {
      const { endOf, fluxgate, fromFetch, rxjs, watchedBreaker } = inPage;
      const { breaker, changes } = watchedBreaker({ tracker: fluxgate.instanceOf(TypeError) });
      const opened = rxjs.firstValueFrom(breaker.signal$);
      const halfOpen$ = breaker.state$.pipe(rxjs.filter((state) => state === 'half_open'));
      const request$ = fromFetch('/api', { selector: (response) => response.text() });
      const call = (): Promise<string> => endOf(request$.pipe(fluxgate.circuitBreaker(breaker)));

      await serve('down');
      const ends = [await call(), await call(), await call(), await call()];
      await serve('up');
      await rxjs.firstValueFrom(halfOpen$);
      ends.push(await call());
      return { ends, changes, cause: String((await opened).cause) };
    });

    expect(ends).toStrictEqual(['TypeError', 'TypeError', 'TypeError', 'rejected by api', '"up"']);
    expect(changes).toStrictEqual(['closed → open', 'open → half_open', 'half_open → closed']);
    expect(cause).toBe('TypeError: Failed to fetch');
  });

  pageTest('a status of 503, which is a value to fetch, opens it if so classified', async ({ page }) => {
    const ends = await page.evaluate(async () => {
      const { endOf, fluxgate, fromFetch, rxjs, watchedBreaker } = inPage;
      const { breaker } = watchedBreaker({});
      const guarded$ = fromFetch('/api').pipe(
        fluxgate.circuitBreaker(breaker, { classify: ({ ok }) => (ok ? 'success' : 'failure') }),
        rxjs.map(({ status }) => status),
      );

      await serve('failing');
      return [await endOf(guarded$), await endOf(guarded$), await endOf(guarded$), await endOf(guarded$)];
    });

    expect(ends).toStrictEqual(['503', '503', '503', 'rejected by api']);
  });
});
