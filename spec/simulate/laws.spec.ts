import {
  admitAll,
  backoff,
  cooldown,
  failureRate,
  failureStreak,
  minRequests,
  never,
  probes,
  timeWindow,
  type CircuitBreakerOptions,
} from 'rxjs-fluxgate';
import { simulate, type Report, type Traffic, type World } from 'rxjs-fluxgate/simulate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changes, observe, traffic, type Row } from './support.ts';

const options: fc.Arbitrary<CircuitBreakerOptions> = fc.record({
  window: fc.integer({ min: 1, max: 20 }).map((tenths) => timeWindow(tenths * 1_000)),
  tripper: fc.constantFrom(failureStreak(3), minRequests(5).and(failureRate(0.5)), failureStreak(1)),
  retry: fc.constantFrom(cooldown(500), backoff({ initial: 200, max: 5_000, jitter: 0.2 }), never()),
  permit: fc.constant(admitAll()),
  recovery: fc.constantFrom(probes(1), probes(3, { maxFailureRate: 0.34 })),
});

const rows: fc.Arbitrary<Row[]> = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 400 }),
      fc.oneof({ arbitrary: fc.integer({ min: 0, max: 900 }), weight: 9 }, fc.constant(Infinity)),
      fc.constantFrom(200, 200, 500),
    ),
    { maxLength: 300 },
  )
  .map((steps) => {
    let at = 0;
    return steps.map(([gap, duration, status]) => [(at += gap), duration, status] as const);
  });

const spans = fc
  .uniqueArray(fc.integer({ min: 0, max: 60_000 }), { minLength: 2, maxLength: 6 })
  .map((times) => times.sort((a, b) => a - b))
  .map((times) =>
    times.flatMap((from, i) => (i % 2 === 0 && i + 1 < times.length ? [{ from, to: times[i + 1]! }] : [])),
  );

const worlds: fc.Arbitrary<World> = fc.record(
  {
    timeout: fc.constantFrom(100, 450),
    slowAfter: fc.constant(600),
    instances: fc.integer({ min: 1, max: 3 }),
    outages: spans,
  },
  { requiredKeys: [] },
);

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function law(check: (given: Traffic, options: CircuitBreakerOptions, world: World) => void) {
  return () => {
    fc.assert(
      fc.property(rows, options, worlds, (calls, given, world) => check(traffic(calls), given, world)),
      {
        numRuns: 60,
      },
    );
  };
}

describe('the laws of a simulation', () => {
  it(
    'should account for each call, in all, by outage and by bin',
    law((given, contender, world) => {
      const report = simulate(given, contender, world);
      const { asked, good, met, lost, spared, timeline, outages } = report;
      const { bad, rejected } = observe(given, contender, world);
      expect(asked).toBe(given.at.length);
      expect(good + met + lost + spared).toBe(asked);
      for (const name of ['asked', 'good', 'met', 'lost', 'spared'] as const) {
        expect(sum(timeline.map((bin) => bin[name]))).toBe(report[name]);
      }
      for (const { from, to, asked: all, met: through, spared: kept } of outages) {
        const inside = [...given.at.keys()].filter((i) => from <= given.at[i]! && given.at[i]! <= to);
        const count = (gone: number) => inside.filter((i) => bad[i] === 1 && rejected[i] === gone).length;
        expect(all).toBe(inside.length);
        expect([through, kept]).toStrictEqual([count(0), count(1)]);
      }
    }),
  );

  it(
    'should have an opening for each signal from closed to open, closed by the next to closed',
    law((given, contender, world) => {
      const report = simulate(given, contender, { ...world, instances: 1 });
      const opened = report.signals.filter(({ oldState, newState }) => oldState === 'closed' && newState === 'open');
      const shut = report.signals.filter(({ newState }) => newState === 'closed').map(({ timestamp }) => timestamp);
      expect(report.openings.map(({ at }) => at)).toStrictEqual(opened.map(({ timestamp }) => timestamp));
      expect(report.openings.map(({ until }) => until)).toStrictEqual(opened.map((_, i) => shut[i]));
      const back = report.signals.filter(({ oldState, newState }) => oldState === 'half_open' && newState === 'open');
      expect(sum(report.openings.map(({ reopens }) => reopens))).toBe(back.length);
      expect(sum(Object.values(report.timeIn))).toBe(report.to - report.from);
    }),
  );

  it(
    'should lose and spare nothing with a tripper that never holds',
    law((given, contender, world) => {
      const { lost, spared, signals } = simulate(given, { ...contender, tripper: () => false }, world);
      expect([lost, spared, signals]).toStrictEqual([0, 0, []]);
    }),
  );

  it(
    'should reject all calls after the first bad one that has ended with failureStreak(1) and never()',
    law((given, contender, world) => {
      const strict = { ...contender, tripper: failureStreak(1), retry: never() };
      const { rejected, signals } = observe(given, strict, { ...world, instances: 1 });
      const opened = signals[0]?.signal.timestamp ?? Infinity;
      const at = [...given.at];
      expect(at.filter((time, i) => time < opened && rejected[i] === 1)).toStrictEqual([]);
      expect(at.filter((time, i) => time > opened && rejected[i] === 0)).toStrictEqual([]);
    }),
  );

  it(
    'should call every opening a false alarm where no call is bad and none is in an outage',
    law((given, contender, { timeout = Infinity }) => {
      const good = { ...given, status: given.status.map(() => 200), duration: given.duration.map(() => 10) };
      const eager = { ...contender, tripper: () => true };
      const report = simulate(good, eager, { timeout, outages: [] });
      expect(report.met + report.spared).toBe(0);
      expect(report.openings.every(({ falseAlarm }) => falseAlarm)).toBe(true);
      expect(report.openings.length > 0).toBe(good.at.length > 0);
    }),
  );

  it(
    'should shift with the traffic',
    law((given, contender, { outages, ...world }) => {
      const by = 1_700_000_000_000;
      // Large numbers have no room for fractions of a ms.
      const whole = { ...contender, retry: cooldown(500) };
      const shifted = { ...given, at: given.at.map((at) => at + by) };
      const here = simulate(given, whole, { ...world, outages: outages ?? [] });
      const there = simulate(shifted, whole, {
        ...world,
        outages: (outages ?? []).map(({ from, to }) => ({ from: from + by, to: to + by })),
      });
      const move = ({ asked, good, met, lost, spared, waited, timeIn, openings, ...rest }: Report, time: number) => ({
        ...{ asked, good, met, lost, spared, waited, timeIn, from: asked ? rest.from + time : 0 },
        outages: rest.outages.map((outage) => ({ ...outage, from: outage.from + time, to: outage.to + time })),
        openings: openings.map(({ at, detail }) => [at + time, detail]),
      });
      expect(move(there, 0)).toEqual(move(here, by));
    }),
  );

  it(
    'should do with n instances what n replays of the parts do',
    law((given, contender, world) => {
      const instances = 3;
      const all = simulate(given, contender, { ...world, outages: [], instances });
      const parts = Array.from({ length: instances }, (_, k) => {
        const pick = <T>(column: ArrayLike<T>) => Array.from(column).filter((_value, i) => i % instances === k);
        const rest = pick(given.at).map((at, i) => [at, pick(given.duration)[i]!, pick(given.status)[i]!] as const);
        return simulate(traffic(rest), contender, { ...world, outages: [], instances: 1 });
      });
      for (const name of ['asked', 'good', 'met', 'lost', 'spared'] as const) {
        expect(all[name]).toBe(sum(parts.map((part) => part[name])));
      }
      const order = (a: string, b: string) => (a < b ? -1 : 1);
      const until = Math.min(...parts.map(({ to }) => to));
      const early = (report: Report) =>
        changes({ signals: report.signals.filter(({ timestamp }) => timestamp < until) });
      expect(early(all).sort(order)).toStrictEqual(parts.flatMap(early).sort(order));
    }),
  );
});
