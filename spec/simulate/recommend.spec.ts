import {
  cooldown,
  failureRate,
  failureStreak,
  minRequests,
  never,
  probes,
  timeWindow,
  type CircuitBreakerOptions,
} from 'rxjs-fluxgate';
import {
  recommend,
  scripted,
  simulate,
  type Grid,
  type Limits,
  type Recommendation,
  type Traffic,
} from 'rxjs-fluxgate/simulate';
import fc from 'fast-check';
import { asyncScheduler, lastValueFrom, take, toArray, firstValueFrom } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { seeded } from '../../lib/simulate/seeded.ts';

interface Values {
  readonly streak: number;
  readonly wait: number;
}

const grid: Grid<Values> = {
  parameters: { streak: [1, 2, 3, 5, 8, 13], wait: [500, 2_000, 8_000] },
  build: ({ streak, wait }) => ({
    tripper: failureStreak(streak),
    retry: cooldown(wait),
    recovery: probes(1),
    window: timeWindow(10_000),
  }),
};

function bumpy(seed: number, failureRate: number): Traffic {
  return scripted(
    [
      { duration: 20_000, rate: 10, latency: 30, failureRate },
      { duration: 15_000, failureRate: 0.9 },
      { duration: 20_000, failureRate },
    ],
    { random: seeded(seed) },
  );
}

/** The same by the words of the design, in the slowest way. */
function bruteForce(traffics: readonly Traffic[], limits: Limits) {
  const { missed = 0, falseAlarms = 0, openedAfter = Infinity, lost = Infinity } = limits;
  const most = { missed, falseAlarms, openedAfter, lost };
  const all = grid.parameters.streak.flatMap((streak) =>
    grid.parameters.wait.map((wait) => {
      const reports = traffics.map((traffic) => simulate(traffic, grid.build({ streak, wait })));
      const worst = (of: (report: (typeof reports)[number]) => number) => Math.max(...reports.map(of));
      const limited = {
        missed: worst((r) => r.outages.filter((o) => o.openedAfter === undefined).length),
        falseAlarms: worst((r) => r.openings.filter((o) => o.falseAlarm).length),
        openedAfter: worst((r) => Math.max(0, ...r.outages.map((o) => o.openedAfter ?? 0))),
        lost: worst((r) => r.lost / r.asked),
      };
      const breaks = (Object.keys(limited) as (keyof Limits)[]).filter((name) => limited[name] > most[name]);
      const excess = breaks.reduce(
        (sum, name) => sum + (limited[name] - most[name]) / (most[name] === 0 ? 1 : most[name]),
        0,
      );
      return { streak, wait, met: worst((r) => r.met), lost: worst((r) => r.lost), breaks, excess };
    }),
  );
  const norm = (name: 'met' | 'lost', value: number) => {
    const values = all.map((one) => one[name]);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return most > least ? (value - least) / (most - least) : 0;
  };
  const distance = (one: { met: number; lost: number }) => Math.hypot(norm('met', one.met), norm('lost', one.lost));
  const within = all.filter(({ breaks }) => breaks.length === 0);
  const front = within.filter(
    (one) =>
      !within.some(
        (other) => other.met <= one.met && other.lost <= one.lost && (other.met < one.met || other.lost < one.lost),
      ),
  );
  const entries = [...new Set(front.map(({ met, lost }) => `${lost}/${met}`))]
    .map((key) => {
      const equals = front.filter(({ met, lost }) => `${lost}/${met}` === key);
      const middle = equals[(equals.length - 1) >> 1]!;
      const i = all.indexOf(middle);
      const size = grid.parameters.wait.length;
      const near = [i - size, i + size, ...(i % size > 0 ? [i - 1] : []), ...(i % size < size - 1 ? [i + 1] : [])];
      const d = distance(middle);
      const isEdge = near.some((k) => {
        const other = all[k];
        return other && (other.breaks.length > 0 || (distance(other) > d && distance(other) >= 1.5 * d));
      });
      return {
        values: { streak: middle.streak, wait: middle.wait },
        ranges: {
          streak: grid.parameters.streak.filter((s) => equals.some(({ streak }) => streak === s)),
          wait: grid.parameters.wait.filter((w) => equals.some(({ wait }) => wait === w)),
        },
        met: middle.met,
        lost: middle.lost,
        breaks: [],
        onTheEdge: isEdge,
      };
    })
    .sort((a, b) => a.lost - b.lost);
  const best = entries.reduce<(typeof entries)[number] | undefined>(
    (least, one) => (least && distance(least) <= distance(one) ? least : one),
    undefined,
  );
  const rank = (one: (typeof all)[number]) => [one.breaks.length, one.excess, distance(one)] as const;
  const [nearest] = best ? [] : [...all].sort((a, b) => compareRanks(rank(a), rank(b)));
  return {
    front: entries,
    best,
    nearest: nearest && { values: { streak: nearest.streak, wait: nearest.wait }, breaks: nearest.breaks },
  };
}

/** By the first rank that differs. */
function compareRanks(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((value, k) => value !== b[k]);
  return i < 0 ? 0 : a[i]! - b[i]!;
}

const bare = ({ done, total, best, front, nearest }: Recommendation<Values>) => {
  const strip = ({ reports: _, ...candidate }: (typeof front)[number]) => candidate;
  return {
    ...{ done, total, best: best && strip(best), front: front.map(strip) },
    nearest: nearest && { values: nearest.values, breaks: nearest.breaks },
  };
};

describe('recommend', () => {
  it('should find what brute force finds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.constantFrom(0, 0.05, 0.2)), {
          minLength: 1,
          maxLength: 2,
        }),
        fc.record(
          {
            falseAlarms: fc.constantFrom(0, 3),
            missed: fc.constantFrom(0, 1),
            openedAfter: fc.constantFrom(1, 1_000, 6_000),
            lost: fc.constantFrom(0, 0.02, 1),
          },
          { requiredKeys: [] },
        ),
        async (given, limits) => {
          const traffics = given.map(([seed, rate]) => bumpy(seed, rate));
          const found = await lastValueFrom(
            recommend(traffics.length === 1 ? traffics[0]! : traffics, grid, { limits }),
          );
          const expected = bruteForce(traffics, limits);
          expect(bare(found)).toStrictEqual({ done: 18, total: 18, ...expected });
          expect(found.nearest?.reports.length).toBe(expected.nearest && traffics.length);
        },
      ),
      { numRuns: 12 },
    );
  }, 60_000);

  it('should show the reports of what it recommends', async () => {
    const traffic = bumpy(1, 0);
    const { best } = await lastValueFrom(recommend(traffic, grid));
    expect(best?.reports).toHaveLength(1);
    expect(best?.reports[0]).toMatchObject({ asked: traffic.at.length, met: best?.met, lost: best?.lost });
    expect(JSON.stringify(best?.reports[0]?.signals)).toBe(
      JSON.stringify(simulate(traffic, grid.build(best!.values)).signals),
    );
  });

  it('should name the one that breaks the limits least if none keeps them', async () => {
    const hopeless: Limits = { openedAfter: 1, lost: 0 };
    const { best, front, nearest } = await lastValueFrom(recommend(bumpy(1, 0.05), grid, { limits: hopeless }));
    expect([best, front]).toStrictEqual([undefined, []]);
    expect(nearest?.breaks).toStrictEqual(['falseAlarms', 'lost']);
    expect(nearest?.reports).toHaveLength(1);
  });

  it('should keep the report of the nearest, also if it is the nearest only later', async () => {
    let now = 0;
    vi.spyOn(asyncScheduler, 'now').mockImplementation(() => now);
    const options: CircuitBreakerOptions[] = [
      { tripper: () => false },
      { tripper: failureStreak(1), retry: cooldown(2_000), recovery: probes(1) },
      { tripper: failureStreak(1), retry: never() },
    ];
    const noisy = scripted([{ duration: 20_000, rate: 10, latency: 1, failureRate: 0.3 }]);
    const slow: Grid<{ n: number }> = {
      parameters: { n: [0, 1, 2] },
      build: ({ n }) => {
        now += 150;
        return options[n]!;
      },
    };
    const { nearest } = await lastValueFrom(
      recommend(noisy, slow, { outages: [{ from: 0, to: 0 }], limits: { falseAlarms: 1_000 } }),
    );
    expect([nearest?.values, nearest?.reports.length]).toStrictEqual([{ n: 1 }, 1]);
  });

  it('should work in slices of about 10 ms', async () => {
    let now = 0;
    vi.spyOn(asyncScheduler, 'now').mockImplementation(() => now);
    const schedule = vi.spyOn(asyncScheduler, 'schedule');
    const build = (values: Values) => {
      now += 4;
      return grid.build(values);
    };
    const short = scripted([{ duration: 1_000, rate: 10 }]);
    const { done } = await lastValueFrom(recommend(short, { ...grid, build }));
    expect([done, schedule.mock.calls.length]).toStrictEqual([18, 6]);
  });

  it('should join those that come to the same, and take the one in the middle', async () => {
    const steady = scripted([{ duration: 10_000, rate: 10 }]);
    const { best } = await lastValueFrom(recommend(steady, grid));
    expect(best).toMatchObject({
      values: { streak: 3, wait: 8_000 },
      ranges: grid.parameters,
      onTheEdge: false,
    });
  });

  it('should be cold, show progress, let timers run meanwhile, and stop at once when unsubscribed', async () => {
    const build = vi.fn(grid.build);
    const long = scripted([{ duration: 3_000_000, rate: 20, latency: 30 }]);
    const search$ = recommend(long, { ...grid, build });
    expect(build).not.toHaveBeenCalled();
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 1);
    const [first] = await firstValueFrom(search$.pipe(take(1), toArray()));
    clearInterval(ticking);
    const calls = build.mock.calls.length;
    expect(first!.done).toBeLessThan(first!.total);
    expect(ticks).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(build.mock.calls.length).toBe(calls);
  });

  it('should err with what build throws, and with what simulate throws', async () => {
    const boom = new Error('boom');
    const traffic = bumpy(1, 0);
    const broken = recommend(traffic, {
      ...grid,
      build: () => {
        throw boom;
      },
    });
    await expect(lastValueFrom(broken)).rejects.toBe(boom);
    const invalid = recommend(traffic, { ...grid, build: () => ({ maxProbes: 0 }) });
    await expect(lastValueFrom(invalid)).rejects.toThrow(RangeError);
    const throwing = recommend(traffic, {
      ...grid,
      build: () => ({
        tripper: () => {
          throw boom;
        },
      }),
    });
    await expect(lastValueFrom(throwing)).rejects.toThrow('the tripper of the contender threw, for call 1');
  });

  it.each([
    [[], grid, {}, TypeError],
    [bumpy(1, 0), { ...grid, parameters: { streak: [], wait: [1] } }, {}, TypeError],
    [bumpy(1, 0), { ...grid, parameters: undefined }, {}, TypeError],
    [bumpy(1, 0), { ...grid, build: 5 }, {}, TypeError],
    [bumpy(1, 0), grid, { limits: null }, TypeError],
    [bumpy(1, 0), grid, { limits: { missed: -1 } }, RangeError],
    [bumpy(1, 0), grid, { limits: { mist: 1 } }, TypeError],
    [bumpy(1, 0), grid, { instances: 0 }, RangeError],
  ])('should refuse arguments that are wrong: %#', (traffic, given, world, type) => {
    expect(() => recommend(traffic as never, given as never, world as never)).toThrow(type);
  });

  it('should try many rates and windows', async () => {
    const found = await lastValueFrom(
      recommend(bumpy(3, 0.1), {
        parameters: { calls: [5, 10], ratio: [0.5, 0.8] },
        build: ({ calls, ratio }: { calls: number; ratio: number }) => ({
          tripper: minRequests(calls).and(failureRate(ratio)),
        }),
      }),
    );
    expect(found).toMatchObject({ done: 4, total: 4 });
  });
});
