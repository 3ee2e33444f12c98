import { CircuitBreaker } from 'rxjs-fluxgate';
import {
  envoyDefaults,
  gobreakerDefaults,
  opossumDefaults,
  pollyDefaults,
  resilience4jDefaults,
  scripted,
  simulate,
} from 'rxjs-fluxgate/simulate';
import CircuitBreakerOfOpossum from 'opossum';
import { describe, expect, it } from 'vitest';
import { changes, observe, traffic, type Row } from './support.ts';

const dead = scripted([{ duration: 300_000, rate: 10, failureRate: 1 }]);

describe('the defaults of other libraries', () => {
  it.each([
    ['resilience4j', resilience4jDefaults(), 9_900, 60_000],
    ['Polly', pollyDefaults(), 9_900, 5_000],
    ['opossum', opossumDefaults(), 0, 30_000],
    ['gobreaker', gobreakerDefaults(), 500, 60_000],
    // To the first sweep after 30 s, of those every 10 s.
    ['Envoy', envoyDefaults(), 400, 39_600],
  ])('should open and wait as %s does', (_, options, opened, wait) => {
    expect(new CircuitBreaker(options).state).toBe('closed');
    const [first] = simulate(dead, options).signals;
    expect([first!.timestamp, first!.retryAt! - first!.timestamp]).toStrictEqual([opened, wait]);
  });

  it('should open a circuit of Polly at a tenth, of resilience4j at half', () => {
    const noisy = scripted([{ duration: 60_000, rate: 20, failureRate: 0.2 }]);
    expect(simulate(noisy, pollyDefaults()).openings.length).toBeGreaterThan(0);
    expect(simulate(noisy, resilience4jDefaults()).openings).toStrictEqual([]);
  });

  it("should wait longer each time that Envoy's host is ejected again", () => {
    const waits = simulate(dead, envoyDefaults()).signals.flatMap(({ newState, retryAt, timestamp }) =>
      newState === 'open' ? [retryAt! - timestamp] : [],
    );
    expect(waits.slice(0, 3)).toStrictEqual([39_600, 69_600, 99_600]);
  });

  it('should open at the first failure, as opossum itself does', async () => {
    const theirs = new CircuitBreakerOfOpossum(() => Promise.reject(new Error('down')));
    await theirs.fire().catch(() => undefined);
    expect(theirs.opened).toBe(true);
    theirs.shutdown();
    expect(changes(simulate(dead, opossumDefaults()))[0]).toBe('closed → open at 0');
  });

  it('should have the numbers of opossum', () => {
    const theirs = new CircuitBreakerOfOpossum(() => Promise.resolve());
    const { timeout, resetTimeout, errorThresholdPercentage, rollingCountTimeout, rollingCountBuckets } = (
      theirs as unknown as { options: Record<string, unknown> }
    ).options;
    theirs.shutdown();
    expect({ timeout, resetTimeout, errorThresholdPercentage, rollingCountTimeout, rollingCountBuckets }).toStrictEqual(
      {
        timeout: 10_000,
        resetTimeout: 30_000,
        errorThresholdPercentage: 50,
        rollingCountTimeout: 10_000,
        rollingCountBuckets: 10,
      },
    );
  });

  it('should count calls in flight among those of which opossum wants half to fail', async () => {
    const pending: (() => void)[] = [];
    const theirs = new CircuitBreakerOfOpossum(
      () => new Promise((_, reject) => pending.push(() => reject(new Error('down')))),
    );
    const calls = Array.from({ length: 5 }, () => theirs.fire().catch(() => undefined));
    const failuresUntilOpen = async (): Promise<number> => {
      for (const [i, fail] of pending.entries()) {
        fail();
        await calls[i];
        if (theirs.opened) return i + 1;
      }
      return Infinity;
    };
    const failures = await failuresUntilOpen();
    theirs.shutdown();

    // Five calls begun at once, of which one after the other fails.
    const ours = traffic([1, 2, 3, 4, 5].map((duration) => [0, duration, 503]));
    expect(changes(simulate(ours, opossumDefaults()))[0]).toBe(`closed → open at ${String(failures)}`);
  });

  it('should decide after the tenth probe of resilience4j, and admit no eleventh', () => {
    const outage = Array.from({ length: 100 }, (_, i): Row => [i, 1, 503]);
    // From 60 s on probes that take long, of which the first four or five fail.
    const probes = (failures: number) =>
      Array.from({ length: 20 }, (_, i): Row => [61_000 + i, i < failures ? 1 : 1_000, i < failures ? 503 : 200]);
    const run = (failures: number) => observe(traffic([...outage, ...probes(failures)]), resilience4jDefaults());
    const last = (failures: number) =>
      run(failures)
        .signals.map(({ signal }) => signal)
        .at(-1)!;
    expect([last(4).newState, last(4).timestamp]).toStrictEqual(['closed', 62_009]);
    expect([last(5).newState, last(5).timestamp]).toStrictEqual(['open', 62_009]);
    expect(
      run(4)
        .rejected.slice(100)
        .reduce((sum, rejected) => sum + rejected, 0),
    ).toBe(10);
  });

  it('should look at the thresholds of Polly after a failure alone', () => {
    // The hundredth call is a success: a tenth has failed, and Polly waits for the next failure.
    const rows = Array.from({ length: 101 }, (_, i): Row => [i, 0, i < 10 || i === 100 ? 503 : 200]);
    expect(changes(simulate(traffic(rows), pollyDefaults()))[0]).toBe('closed → open at 100');
  });

  it.each([
    ['resilience4j', resilience4jDefaults()],
    ['Polly', pollyDefaults()],
    ['gobreaker', gobreakerDefaults()],
  ])('should stay half-open while a probe of %s hangs', (_, options) => {
    const rows: Row[] = Array.from({ length: 100 }, (_, i): Row => [i, 0, 503]);
    const hanging = Array.from({ length: 10 }, (_, i): Row => [61_000 + i, Infinity]);
    const report = simulate(traffic([...rows, ...hanging, [3_600_000, 0]]), options);
    expect(report.signals.at(-1)!.newState).toBe('half_open');
  });
});
