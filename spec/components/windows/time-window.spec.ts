import { describe, expect, it } from 'vitest';
import { timeWindow } from '../../../lib/components/windows/time-window.ts';
import { exactly } from '../../support/exactly.ts';
import { recordOf } from '../../support/fixtures.ts';

describe('timeWindow', () => {
  it('should hold nothing at first', () => {
    expect(timeWindow(1_000)().getMetric(0)).toMatchObject({ totalCount: 0, failureRate: undefined });
  });

  it('should count calls, failures, durations and slow calls', () => {
    const window = timeWindow(1_000)();
    window.record(recordOf({ success: false, duration: 10, slowAt: [10], timestamp: 0 }));
    window.record(recordOf({ duration: 20, slowAt: [10, 20], timestamp: 500 }));
    const metric = window.getMetric(500);
    expect(metric).toMatchObject({ totalCount: 2, failureCount: 1, totalDuration: 30, avgDuration: 15 });
    expect([...metric.slowCounts]).toStrictEqual([
      [10, 2],
      [20, 1],
    ]);
  });

  // Ten slots of 100 ms: the slot of 0..99 is left behind when the one of 1000..1099 begins.
  it.each([
    { recorded: 0, read: 999, held: 1 },
    { recorded: 0, read: 1_000, held: 0 },
    { recorded: 0, read: 1_001, held: 0 },
    { recorded: 99, read: 999, held: 1 },
    { recorded: 99, read: 1_000, held: 0 },
    { recorded: 100, read: 1_000, held: 1 },
    { recorded: 100, read: 1_099, held: 1 },
    { recorded: 100, read: 1_100, held: 0 },
    { recorded: 101, read: 1_101, held: 0 },
  ])('should hold $held call of $recorded ms at $read ms', ({ recorded, read, held }) => {
    const window = timeWindow(1_000)();
    window.record(recordOf({ timestamp: recorded }));
    expect(window.getMetric(read).totalCount).toBe(held);
  });

  it.each([
    { buckets: 1, recorded: 0, read: 999, held: 1 },
    { buckets: 1, recorded: 999, read: 1_000, held: 0 },
    { buckets: 2, recorded: 499, read: 999, held: 1 },
    { buckets: 2, recorded: 499, read: 1_000, held: 0 },
    { buckets: 2, recorded: 500, read: 1_499, held: 1 },
    { buckets: 2, recorded: 500, read: 1_500, held: 0 },
    { buckets: 1_000, recorded: 1, read: 1_000, held: 1 },
    { buckets: 1_000, recorded: 1, read: 1_001, held: 0 },
  ])('should hold $held call of $recorded ms at $read ms in $buckets buckets', ({ buckets, recorded, read, held }) => {
    const window = timeWindow(1_000, { buckets })();
    window.record(recordOf({ timestamp: recorded }));
    expect(window.getMetric(read).totalCount).toBe(held);
  });

  it('should number slots by floor(t / (duration / buckets)), also if that is no whole number of ms', () => {
    const window = timeWindow(1_000, { buckets: 3 })();
    window.record(recordOf({ timestamp: 333 }));
    window.record(recordOf({ timestamp: 334 }));
    expect(window.getMetric(999).totalCount).toBe(2);
    expect(window.getMetric(1_000).totalCount).toBe(1);
    expect(window.getMetric(1_333).totalCount).toBe(1);
    expect(window.getMetric(1_334).totalCount).toBe(0);
  });

  it('should start its slots at multiples, not at the first call', () => {
    const window = timeWindow(1_000, { buckets: 1 })();
    window.record(recordOf({ timestamp: 1_999 }));
    expect(window.getMetric(2_000).totalCount).toBe(0);
  });

  it('should forget slot by slot', () => {
    const window = timeWindow(1_000)();
    for (let timestamp = 0; timestamp < 1_000; timestamp += 50) {
      window.record(recordOf({ success: timestamp >= 100, duration: timestamp, slowAt: [1], timestamp }));
    }
    const counts = [999, 1_000, 1_100, 1_800, 1_899, 1_900].map((now) => {
      const { totalCount, failureCount, slowCounts } = window.getMetric(now);
      return [totalCount, failureCount, slowCounts.get(1)];
    });
    expect(counts).toStrictEqual([
      [20, 2, 20],
      [18, 0, 18],
      [16, 0, 16],
      [2, 0, 2],
      [2, 0, 2],
      [0, 0, undefined],
    ]);
  });

  it('should hold the calls of its duration, and no slot of earlier ones, however long it runs', () => {
    const window = timeWindow(100)();
    const durations: number[] = [];
    for (let step = 0; step < 1_000; step++) {
      durations.push(step);
      window.record({ success: true, duration: step, slowAt: [], timestamp: 10 * step });
      const held = durations.slice(-10);
      expect(window.getMetric(10 * step)).toMatchObject({
        totalCount: held.length,
        totalDuration: held.reduce((sum, duration) => sum + duration),
      });
      expect((Reflect.get(window, '_slots') as unknown[]).length).toBeLessThanOrEqual(22);
    }
  });

  it('should forget on write as on read', () => {
    const window = timeWindow(1_000)();
    window.record(recordOf({ success: false, timestamp: 0 }));
    window.record(recordOf({ timestamp: 1_000 }));
    expect(window.getMetric(1_000)).toMatchObject({ totalCount: 1, failureCount: 0 });
  });

  it.each([1_000, 3_600_000, 1e12, 2 ** 53])('should hold nothing after %d idle ms', (idle) => {
    const window = timeWindow(1_000)();
    for (let timestamp = 0; timestamp < 1_000; timestamp += 1) {
      window.record(recordOf({ success: false, duration: timestamp / 7, slowAt: [1], timestamp }));
    }
    expect(window.getMetric(1_000 + idle)).toStrictEqual(timeWindow(1_000)().getMetric(0));
  });

  it('should hold a call after an idle hour, and that one alone', () => {
    const window = timeWindow(1_000)();
    for (let i = 0; i < 50; i++) window.record(recordOf({ success: false, timestamp: i }));
    window.record(recordOf({ success: false, timestamp: 3_600_000 }));
    expect(window.getMetric(3_600_000)).toMatchObject({ totalCount: 1, failureCount: 1 });
  });

  it('should count a call with an earlier timestamp in the newest slot', () => {
    const window = timeWindow(1_000)();
    window.record(recordOf({ timestamp: 5_000 }));
    window.record(recordOf({ timestamp: 10 }));
    expect(window.getMetric(5_000).totalCount).toBe(2);
    expect(window.getMetric(5_999).totalCount).toBe(2);
    expect(window.getMetric(6_000).totalCount).toBe(0);
  });

  it('should lose nothing when it is read at an earlier time', () => {
    const window = timeWindow(1_000)();
    window.record(recordOf({ timestamp: 4_500 }));
    window.record(recordOf({ timestamp: 5_000 }));
    expect(window.getMetric(10).totalCount).toBe(2);
    expect(window.getMetric(5_000).totalCount).toBe(2);
  });

  it('should count in the slot of the last reading if that is the newest', () => {
    const window = timeWindow(1_000)();
    window.getMetric(5_000);
    window.record(recordOf({ timestamp: 4_000 }));
    expect(window.getMetric(5_999).totalCount).toBe(1);
    expect(window.getMetric(6_000).totalCount).toBe(0);
  });

  it.each([-1e12, -1_000, -1, 0])('should take timestamps from %d on', (start) => {
    const window = timeWindow(1_000)();
    window.record(recordOf({ timestamp: start }));
    expect(window.getMetric(start + 899).totalCount).toBe(1);
    expect(window.getMetric(start + 1_001).totalCount).toBe(0);
  });

  it('should sum durations exactly after a million calls', () => {
    const window = timeWindow(1_000)();
    const last: number[] = [];
    for (let i = 0; i < 1_000_000; i++) {
      const duration = ((i * 7919) % 1000) / 7;
      window.record(recordOf({ duration, timestamp: i / 10 }));
      if (i >= 990_000) last.push(duration);
    }
    expect(window.getMetric(99_999).totalDuration).toBe(exactly(last));
  });

  it.each([
    { durations: [1e16, 1, 1, 1] },
    { durations: [1e16, 0.1, 0.2, 0.3] },
    { durations: [1e16, ...Array<number>(100).fill(0.1)] },
  ])('should sum exactly what is left once a huge duration is forgotten', ({ durations }) => {
    const window = timeWindow(1_000)();
    durations.forEach((duration, i) => window.record(recordOf({ duration, timestamp: i === 0 ? 0 : 100 })));
    expect(window.getMetric(999).totalDuration).toBe(exactly(durations));
    expect(window.getMetric(1_000).totalDuration).toBe(exactly(durations.slice(1)));
  });

  it('should sum to nothing once all is forgotten', () => {
    const window = timeWindow(1_000)();
    for (let i = 0; i < 1_000; i++) {
      window.record(recordOf({ duration: i % 97 === 0 ? 1e16 : i / 7, timestamp: i }));
    }
    expect(window.getMetric(5_000).totalDuration).toBe(0);
  });

  it('should forget everything on reset', () => {
    const window = timeWindow(1_000)();
    window.record(recordOf({ success: false, duration: 10, slowAt: [5], timestamp: 5_000 }));
    window.reset();
    expect(window.getMetric(5_000)).toStrictEqual(timeWindow(1_000)().getMetric(0));
  });

  it('should forget the time on reset', () => {
    const window = timeWindow(1_000)();
    window.record(recordOf({ timestamp: 5_000 }));
    window.reset();
    window.record(recordOf({ timestamp: 0 }));
    expect(window.getMetric(999).totalCount).toBe(1);
    expect(window.getMetric(1_000).totalCount).toBe(0);
  });

  it('should make an independent window each time', () => {
    const make = timeWindow(1_000);
    const [one, other] = [make(), make()];
    one.record(recordOf());
    expect(other.getMetric(0).totalCount).toBe(0);
  });

  it('should hand out snapshots that later calls do not change', () => {
    const window = timeWindow(1_000)();
    window.record(recordOf({ duration: 1, slowAt: [1] }));
    const metric = window.getMetric(0);
    window.record(recordOf({ success: false, duration: 5, slowAt: [1] }));
    window.getMetric(1e9);
    expect(metric).toMatchObject({ totalCount: 1, failureCount: 0, totalDuration: 1 });
    expect(metric.slowCounts.get(1)).toBe(1);
  });

  it('should have ten buckets by default, also if given undefined', () => {
    const window = timeWindow(1_000, { buckets: undefined })();
    window.record(recordOf({ timestamp: 99 }));
    expect(window.getMetric(999).totalCount).toBe(1);
    expect(window.getMetric(1_000).totalCount).toBe(0);
  });

  it('should not limit the number of calls', () => {
    expect(timeWindow(1_000)().capacity).toBeUndefined();
  });

  it.each([0, -1, NaN, Infinity])('should refuse a duration of %d', (duration) => {
    expect(() => timeWindow(duration)).toThrow(RangeError);
    expect(() => timeWindow(duration)).toThrow(
      `timeWindow: duration must be a finite number of ms above 0, got ${String(duration)}`,
    );
  });

  it.each([0, -1, 1.5, NaN, Infinity])('should refuse %d buckets', (buckets) => {
    expect(() => timeWindow(1_000, { buckets })).toThrow(RangeError);
    expect(() => timeWindow(1_000, { buckets })).toThrow(
      `timeWindow: buckets must be an integer of at least 1, got ${String(buckets)}`,
    );
  });

  it.each([
    [undefined, {}, /^timeWindow: duration .* got undefined$/],
    ['1000', {}, /^timeWindow: duration .* got "1000"$/],
    [1_000, { buckets: '10' }, /^timeWindow: buckets .* got "10"$/],
    [1_000, { buckets: null }, /^timeWindow: buckets .* got null$/],
    [1_000, { bucket: 10 }, /^timeWindow got an unknown option "bucket"; it takes buckets$/],
    [1_000, 10, /^timeWindow: options must be an object, got 10$/],
    [1_000, null, /^timeWindow: options must be an object, got null$/],
  ])('should refuse timeWindow(%j, %j)', (duration, options, message) => {
    const make = (): unknown => timeWindow(duration as number, options as object);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});
