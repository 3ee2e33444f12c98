import { describe, expect } from 'vitest';
import type * as InPage from './in-page.ts';
import { pageTest } from './page-test.ts';

// In the page.
declare const inPage: typeof InPage;

describe('the bundle', () => {
  pageTest('is made of the built package, RxJS and nothing else', ({ bundled }) => {
    const inputs = Object.keys(bundled.metafile.inputs);
    expect(inputs).toContain('dist/index.js');
    const others = inputs.filter((path) => !/^(dist|node_modules\/(rxjs|tslib))\//.test(path));
    expect(others).toStrictEqual(['spec/browser/in-page.ts']);
  });

  pageTest('imports nothing, so nothing of Node', ({ bundled }) => {
    const [output] = Object.values(bundled.metafile.outputs);
    expect(output!.imports).toStrictEqual([]);
    expect(bundled.code).not.toMatch(/\brequire\(|\bprocess\.|\bBuffer\b/);
  });

  pageTest('recognises rejections by isCallNotPermitted', async ({ page }) => {
    const answers = await page.evaluate(() => {
      const { CallNotPermittedError, CircuitBreaker, isCallNotPermitted } = inPage.fluxgate;
      const breaker = new CircuitBreaker({ name: 'api' });
      breaker.forceOpen();
      try {
        breaker.admit();
        return [];
      } catch (error) {
        const isOne = error instanceof CallNotPermittedError && error instanceof Error;
        return [isCallNotPermitted(error), isOne, isCallNotPermitted(new Error('api')), String(error)];
      }
    });

    expect(answers).toStrictEqual([true, true, false, expect.stringMatching(/^CallNotPermittedError: .*api/)]);
  });
});
