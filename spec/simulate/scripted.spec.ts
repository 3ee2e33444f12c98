import { scripted, type Phase } from 'rxjs-fluxgate/simulate';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../lib/simulate/seeded.ts';

function statuses(phases: readonly Phase[]): number[] {
  return [...scripted(phases).status];
}

describe('scripted', () => {
  it('should spread arrivals evenly from the first moment on', () => {
    const { at, duration, status, span, notes } = scripted([{ duration: 1_000, rate: 4, latency: 30 }]);
    expect([...at]).toStrictEqual([0, 250, 500, 750]);
    expect([...duration]).toStrictEqual([30, 30, 30, 30]);
    expect([...status]).toStrictEqual([200, 200, 200, 200]);
    expect({ span, notes }).toStrictEqual({ span: { from: 0, to: 1_000 }, notes: [] });
  });

  it.each([1 / 6, 1 / 3, 0.7, 3, 50, 333.3])('should have exactly rate × duration calls at %f a second', (rate) => {
    const { at } = scripted([
      { duration: 30_000, rate },
      { duration: 30_000 },
      { duration: 60_000, rate: 0 },
      { duration: 60_000, rate },
    ]);
    const before = (time: number) => at.filter((t) => t < time).length;
    expect(before(60_000)).toBe(Math.ceil(rate * 60));
    expect(before(120_000)).toBe(Math.ceil(rate * 60));
    expect(at.length).toBe(Math.ceil(rate * 120 - 1e-9));
    expect([...at]).toStrictEqual([...at].sort((a, b) => a - b));
  });

  it('should carry what is left of a call over to the next phase', () => {
    const { at } = scripted(Array.from({ length: 10 }, () => ({ duration: 300, rate: 1 })));
    expect([...at].map(Math.round)).toStrictEqual([0, 1_000, 2_000]);
  });

  it('should follow a ramp of the rate', () => {
    const { at } = scripted([{ duration: 10_000, rate: { from: 0, to: 10 } }]);
    expect(at.length).toBe(50);
    expect(at.filter((t) => t < 5_000).length).toBe(13);
    expect([...at].every((t) => t >= 0 && t < 10_000)).toBe(true);
    const { at: falling } = scripted([{ duration: 10_000, rate: { from: 10, to: 0 } }]);
    expect(falling.filter((t) => t < 5_000).length).toBe(38);
  });

  it('should spread failures evenly, the first call among them', () => {
    expect(statuses([{ duration: 1_000, rate: 8, failureRate: 0.25 }])).toStrictEqual([
      503, 200, 200, 200, 503, 200, 200, 200,
    ]);
  });

  it.each([0.1, 0.3, 0.07, 0.5, 0.9])('should fail exactly %f of 1,000 calls', (failureRate) => {
    const failed = statuses([{ duration: 1_000, rate: 1_000, failureRate }]).filter((status) => status === 503);
    expect(failed.length).toBe(Math.ceil(1_000 * failureRate - 1e-9));
  });

  it('should go on with a share that is inherited, and begin with one that is named', () => {
    const second = { duration: 1_000 };
    expect(statuses([{ ...second, rate: 1, failureRate: 0.5 }, second, second, second])).toStrictEqual([
      503, 200, 503, 200,
    ]);
    expect(
      statuses([
        { ...second, rate: 1, failureRate: 0.1 },
        { ...second, failureRate: 0.1 },
      ]),
    ).toStrictEqual([503, 503]);
  });

  it('should let calls hang and fail side by side', () => {
    const { duration, status } = scripted([
      { duration: 1_000, rate: 8, hang: 0.5, failureRate: 0.25, latency: 10, failAfter: 2, status: 500 },
    ]);
    expect([...duration]).toStrictEqual([Infinity, 2, Infinity, 10, Infinity, 2, Infinity, 10]);
    expect([...status]).toStrictEqual([0, 500, 0, 200, 0, 500, 0, 200]);
  });

  it('should let the calls hang that a share of failures would leave no room for', () => {
    const { status } = scripted([
      { duration: 1_000, rate: 4, failureRate: 0.5 },
      { duration: 1_000, hang: 1 },
      { duration: 1_000, hang: 0 },
    ]);
    expect([...status]).toStrictEqual([503, 200, 503, 200, 0, 0, 0, 0, 503, 200, 503, 200]);
  });

  it('should inherit what a phase does not say, of a ramp the end, but not duration and outage', () => {
    const { duration, outages } = scripted([
      { duration: 1_000, rate: 2, latency: { from: 0, to: 100 }, outage: true },
      { duration: 1_000 },
    ]);
    expect([...duration]).toStrictEqual([0, 50, 100, 100]);
    expect(outages).toStrictEqual([{ from: 0, to: 1_000 }]);
  });

  it('should ask a latency function for each call, with a source of chance', () => {
    const { duration } = scripted([{ duration: 1_000, rate: 3, latency: (random) => Math.floor(random() * 100) }]);
    expect(new Set(duration).size).toBeGreaterThan(1);
  });

  it('should find outages where half or more fails anywhere, and join adjacent ones', () => {
    const { outages } = scripted([
      { duration: 10, rate: 1, failureRate: 0.4 },
      { duration: 10, failureRate: { from: 0.1, to: 0.5 } },
      { duration: 10, hang: 0.3, failureRate: 0.2 },
      { duration: 10, failureRate: 0.1 },
      { duration: 10, failureRate: 1, hang: 0 },
      { duration: 10, outage: false },
    ]);
    expect(outages).toStrictEqual([
      { from: 10, to: 30 },
      { from: 40, to: 50 },
    ]);
  });

  it('should toss with a source of chance: a Poisson process', () => {
    const phases = [{ duration: 1_000_000, rate: 10, failureRate: 0.3, hang: 0.1 }];
    const { at, status } = scripted(phases, { random: seeded(3) });
    expect(at.length / 10_000).toBeCloseTo(1, 1);
    const gaps = at.slice(1).map((t, i) => t - at[i]!);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
    const share = (code: number) => status.filter((s) => s === code).length / status.length;
    expect([share(503), share(0)].map((ratio) => Math.round(ratio * 20) / 20)).toStrictEqual([0.3, 0.1]);
    expect(scripted(phases, { random: seeded(3) })).toStrictEqual(scripted(phases, { random: seeded(3) }));
  });

  it.each([
    [[], TypeError, 'scripted: phases must be an array of at least one phase, got an array'],
    [[{ duration: 1 }], TypeError, 'scripted: phases[0]: rate must be a finite number of calls a second'],
    [[{ rate: 1 }], TypeError, 'scripted: phases[0]: duration must be a finite number of ms above 0, got undefined'],
    [[{ duration: 1, rate: -1 }], RangeError, 'rate must be a finite number of calls a second, at least 0, got -1'],
    [[{ duration: 1, rate: 1, failureRate: 2 }], RangeError, 'failureRate must be a ratio from 0 to 1, got 2'],
    [[{ duration: 1, rate: 1, hang: { from: 0 } }], TypeError, 'hang must be a ratio from 0 to 1, got undefined'],
    [[{ duration: 1, rate: 1, latency: NaN }], RangeError, 'latency must be at least 0 ms'],
    [[{ duration: 9e3, rate: 1, latency: () => -1 }], RangeError, 'latency must be at least 0 ms, got -1'],
    [[{ duration: 1, rate: 1, status: 70_000 }], RangeError, 'status must be an integer from 0 to 65535, got 70000'],
    [[{ duration: 1, rate: 1, failrate: 1 }], TypeError, 'scripted: phases[0] got an unknown option "failrate"'],
  ])('should refuse %j', (phases, type, message) => {
    expect(() => scripted(phases as never)).toThrow(type);
    expect(() => scripted(phases as never)).toThrow(message);
  });
});
