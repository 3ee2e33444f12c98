import { register as defaultRegister } from 'prom-client';
import { CircuitBreaker } from 'rxjs-fluxgate';
import { exposeMetrics, type ExposeMetricsOptions } from 'rxjs-fluxgate/prometheus';
import { describe, expect, it } from 'vitest';
import { circuits } from './scrape.ts';

describe('exposeMetrics', () => {
  it("should expose in prom-client's own register unless told otherwise", async () => {
    const exposition = exposeMetrics(new CircuitBreaker({ name: 'stock' }));
    expect(await circuits(defaultRegister)).toStrictEqual(['stock']);
    exposition.unsubscribe();
    expect(defaultRegister.getMetricsAsArray()).toStrictEqual([]);
  });

  it('should take options that are undefined as those that are not there', () => {
    exposeMetrics(new CircuitBreaker(), { register: undefined, durationBuckets: undefined }).unsubscribe();
    expect(defaultRegister.getMetricsAsArray()).toStrictEqual([]);
  });

  it.each([
    [{ registry: defaultRegister }, TypeError, 'exposeMetrics got an unknown option "registry"'],
    [null, TypeError, 'exposeMetrics: options must be an object, got null'],
    [{ register: {} }, TypeError, "exposeMetrics: register must be a registry of prom-client's, got an object"],
    [{ register: null }, TypeError, "exposeMetrics: register must be a registry of prom-client's, got null"],
    [{ durationBuckets: 5 }, TypeError, 'exposeMetrics: durationBuckets must be an array of seconds, got 5'],
    ...[[], [0, 1], [-1], [1, 1], [2, 1], [NaN], [1, Infinity], ['1']].map(
      (durationBuckets) =>
        [
          { durationBuckets },
          RangeError,
          `durationBuckets must be rising finite numbers of seconds above 0, got [${durationBuckets.join(', ')}]`,
        ] as const,
    ),
  ] as const)('should refuse %o', (options, kind, message) => {
    const expose = (): unknown => exposeMetrics(new CircuitBreaker(), options as unknown as ExposeMetricsOptions);
    expect(expose).toThrow(kind);
    expect(expose).toThrow(message);
    expect(defaultRegister.getMetricsAsArray()).toStrictEqual([]);
  });
});
