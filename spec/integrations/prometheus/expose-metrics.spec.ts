import { register as defaultRegister, Registry } from 'prom-client';
import { CircuitBreaker } from 'rxjs-fluxgate';
import { exposeMetrics, type ExposeMetricsOptions } from 'rxjs-fluxgate/prometheus';
import { describe, expect, it } from 'vitest';

describe('exposeMetrics', () => {
  const register = new Registry();

  it('should take options that are undefined as those that are not there', () => {
    exposeMetrics(new CircuitBreaker(), {
      ...{ client: undefined, register, durationBuckets: undefined, exemplarLabels: undefined },
    }).unsubscribe();
    expect(register.getMetricsAsArray()).toStrictEqual([]);
  });

  it.each([
    [undefined, TypeError, "exposeMetrics needs the option client, as from import * as client from '@prometheus-io"],
    [{}, TypeError, 'exposeMetrics needs the option client'],
    [{ registry: defaultRegister }, TypeError, 'exposeMetrics got an unknown option "registry"'],
    [7, TypeError, 'exposeMetrics: options must be an object, got 7'],
    [{ register: {} }, TypeError, 'exposeMetrics: register must be a Registry of @prometheus-io/client or prom-client'],
    [{ register: null }, TypeError, 'exposeMetrics: register must be a Registry of @prometheus-io/client or'],
    [{ client: {} }, TypeError, 'exposeMetrics: client.register must be a Registry of @prometheus-io/client or'],
    [{ client: defaultRegister }, TypeError, 'exposeMetrics: client.register must be a Registry'],
    [{ register, exemplarLabels: {} }, TypeError, 'exposeMetrics: exemplarLabels must be a function, got an object'],
    [{ register, durationBuckets: 5 }, TypeError, 'exposeMetrics: durationBuckets must be an array of seconds, got 5'],
    ...[[], [0, 1], [-1], [1, 1], [2, 1], [NaN], [1, Infinity], ['1']].map(
      (durationBuckets) =>
        [
          { register, durationBuckets },
          RangeError,
          `durationBuckets must be rising finite numbers of seconds above 0, got [${durationBuckets.join(', ')}]`,
        ] as const,
    ),
  ] as const)('should refuse %o', (options, kind, message) => {
    const expose = (): unknown => exposeMetrics(new CircuitBreaker(), options as unknown as ExposeMetricsOptions);
    expect(expose).toThrow(kind);
    expect(expose).toThrow(message);
    expect([register, defaultRegister].flatMap((each) => each.getMetricsAsArray())).toStrictEqual([]);
  });
});
