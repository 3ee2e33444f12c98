import { AggregationTemporality } from '@opentelemetry/sdk-metrics';
import { Registry } from 'prom-client';
import { merge, noop } from 'rxjs';
import { CircuitBreakerRegistry, failureStreak } from 'rxjs-fluxgate';
import { dashboard } from 'rxjs-fluxgate/dashboard';
import { instrument } from 'rxjs-fluxgate/opentelemetry';
import { exposeMetrics } from 'rxjs-fluxgate/prometheus';
import {
  accessLog,
  callLines,
  csv,
  jsonLines,
  readTraffic,
  shadow,
  type Format,
  type ShadowRegistry,
} from 'rxjs-fluxgate/simulate';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newCollector } from '../integrations/opentelemetry/collector.ts';
import { heapUsed } from '../support/heap-used.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { onEach } from '../support/script.ts';

const LINES = 200_000;
const CHUNK = 65_536;
const START = Date.UTC(2026, 10, 28);

/** So long that V8 makes no copy of it, but a part of the text in which it stands; a new one in each chunk or so. */
const hostOf = (i: number): string => `host-${String(Math.floor(i / 400))}.of-a-service.example.com`;
const timeOf = (i: number): number => START + i * 20;
const isoOf = (i: number): string => new Date(timeOf(i)).toISOString();

const records: Readonly<Record<string, readonly [Format, (i: number) => string]>> = {
  'call lines': [
    callLines(),
    (i) =>
      `{"name":"${hostOf(i)}","type":"success","state":"closed","timestamp":${String(timeOf(i))},"duration":12.5,"stale":false}`,
  ],
  'an access log': [
    accessLog(),
    (i) =>
      `10.0.0.1 - - [28/Nov/2026:${isoOf(i).slice(11, 19)} +0000] "GET /${String(i)} HTTP/1.1" 200 5 "-" "curl" 0.042`,
  ],
  CSV: [
    csv({ time: 'time', duration: 'took', key: 'host' }),
    (i) => (i === 0 ? 'host,time,took' : `${hostOf(i)},${String(timeOf(i))},12.5`),
  ],
  'JSON lines': [
    jsonLines({ time: 'ts', duration: 'took:s', key: 'host' }),
    (i) => `{"ts":"${isoOf(i)}","took":0.0125,"host":"${hostOf(i)}","message":"request completed"}`,
  ],
};

async function* inChunks(lineOf: (i: number) => string, measure: () => void): AsyncGenerator<Uint8Array> {
  let text = '';
  for (let i = 0; i < LINES; i++) {
    text += `${lineOf(i)}\n`;
    if (text.length > CHUNK) {
      yield await Promise.resolve(Buffer.from(text));
      text = '';
    }
    if (i === LINES / 10) measure();
  }
  yield Buffer.from(text);
  measure();
}

describe('the memory of readTraffic', () => {
  // The columns are no part of the heap.
  it.each(Object.entries(records))('should not grow with the record but for the columns: %s', async (_, record) => {
    const [format, lineOf] = record;
    const used: number[] = [];
    const { at, key } = await readTraffic(
      inChunks(lineOf, () => used.push(heapUsed())),
      format,
    );
    expect(at.length).toBeGreaterThanOrEqual(LINES - 1);
    if (key) expect(key(at.length - 1)).toBe(hostOf(LINES - 1));
    const [early, late] = used as [number, number];
    // The other nine tenths of the record are at least 9 MB.
    expect(late - early).toBeLessThan(1_000_000);
  });

  it('should be 18 bytes a call once the record is read', async () => {
    const { at, duration, status } = await readTraffic(['t,d', '0,1', '1,1', '2,1'], csv({ time: 't', duration: 'd' }));
    expect([at, duration, status].map(({ buffer }) => buffer.byteLength / at.length)).toStrictEqual([8, 8, 2]);
  });
});

describe('the memory of the shadows of a bounded registry', () => {
  it.each<[string, (shadows: ShadowRegistry, scheduler: ManualScheduler) => () => unknown]>([
    ['alone', () => noop],
    [
      'with its streams subscribed',
      ({ signal$, call$ }) => {
        const subscription = onEach<unknown>(merge(signal$, call$), noop);
        onTestFinished(() => subscription.unsubscribe());
        return noop;
      },
    ],
    [
      'with a dashboard',
      (shadows, scheduler) => {
        const handler = dashboard(shadows, { scheduler });
        onTestFinished(() => handler.dispose());
        return noop;
      },
    ],
    [
      'with metrics',
      (shadows) => {
        const register = new Registry();
        exposeMetrics(shadows, { register });
        return () => register.metrics();
      },
    ],
    [
      'instrumented',
      (shadows) => {
        const { meterProvider, numbers } = newCollector(AggregationTemporality.DELTA);
        const subscription = instrument(shadows, { meterProvider });
        onTestFinished(() => subscription.unsubscribe());
        return numbers;
      },
    ],
  ])('should not grow with the circuits that come and go: %s', async (_, watch) => {
    const scheduler = new ManualScheduler();
    const registry = new CircuitBreakerRegistry({ scheduler }, { maxSize: 10 });
    const shadows = shadow(registry, { tripper: failureStreak(1) });
    const read = watch(shadows, scheduler);
    let tenants = 0;
    const call = async (count: number): Promise<number> => {
      for (let i = 0; i < count; i++)
        registry
          .get(`tenant-${String(tenants++)}`)
          .admit()
          .error(new Error('503'));
      scheduler.pass(60_000);
      await read();
      return heapUsed();
    };
    // So many, because OpenTelemetry remembers the attributes of 2,000 circuits, and only then no more.
    const before = await call(2_000);
    const after = await call(2_000);
    // A shadow takes some 4 kB.
    expect(after - before).toBeLessThan(1_500_000);
    expect([[...shadows].length, shadows.counts.met]).toStrictEqual([10, 4_000]);
  });
});
