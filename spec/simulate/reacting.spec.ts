import {
  catchError,
  defer,
  EMPTY,
  from,
  map,
  mergeMap,
  Observable,
  retry,
  Subject,
  tap,
  throwError,
  timeout,
  timer,
} from 'rxjs';
import * as fc from 'fast-check';
import {
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  failureRate,
  failureStreak,
  isCallNotPermitted,
  minRequests,
  never,
  probes,
  type CircuitBreakerOptions,
  type Signal,
} from 'rxjs-fluxgate';
import {
  compare,
  recommend,
  scripted,
  simulate,
  VirtualScheduler,
  type Report,
  type Traffic,
  type World,
} from 'rxjs-fluxgate/simulate';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import * as metastable from '../../examples/simulate/metastable.ts';
import { reportError } from '../../lib/util/report-error.ts';
import { changes, observe, traffic, type Row } from './support.ts';

/** A breaker that never opens. */
const off: CircuitBreakerOptions = { tripper: () => false };

describe('simulate with retries', () => {
  const dead = scripted([{ duration: 10_000, rate: 10, latency: 50, failureRate: 1 }]);

  it('should send each bad call as often as callers try', () => {
    expect(simulate(dead, off, { retries: 2 })).toMatchObject({ asked: 100, met: 100, sent: 300 });
    expect(simulate(dead, off, { retries: 0 })).toMatchObject({ asked: 100, met: 100, sent: 100 });
  });

  it('should try again at once, and count the call by its last try', () => {
    // The first try fails at 900, the second at 1,800; then the outage is over, and the third succeeds.
    const rows: Row[] = [[0, 900, 503], ...Array.from({ length: 20 }, (_, i): Row => [1_000 + i * 100, 900, 503])];
    const well = Array.from({ length: 20 }, (_, i): Row => [4_000 + i, 70, 200]);
    const given = traffic([...rows.slice(0, 1), ...well], { outages: [{ from: 0, to: 1_700 }] });
    const { bad, duration, sent } = observe(given, off, { retries: 2 });
    expect([bad[0], duration[0], sent]).toStrictEqual([0, 1_870, 23]);
  });

  it('should not try again what the breaker rejects', () => {
    const report = simulate(dead, { tripper: failureStreak(3), retry: never() }, { retries: 9 });
    expect(report).toMatchObject({ asked: 100, met: 0, spared: 100, sent: 4 });
  });

  it('should try again what was given up, and not what was answered late', () => {
    const slow = scripted([{ duration: 1_000, rate: 10, latency: 500 }]);
    expect(simulate(slow, off, { retries: 1, timeout: 400 })).toMatchObject({ met: 10, sent: 20 });
    expect(simulate(slow, off, { retries: 1, slowAfter: 400 })).toMatchObject({ met: 10, sent: 10 });
  });

  it('should count the time of all tries', () => {
    const { waited, timeline } = simulate(dead, off, { retries: 2 });
    expect(waited.met).toBe(100 * 150);
    expect(timeline[0]!.p50).toBe(150);
  });

  it('should not always give the same answer to those who try again at the same distance', () => {
    // Every second call fails, and a retry begins as far from both.
    const half = scripted([{ duration: 100_000, rate: 10, latency: 50, failureRate: 0.5, outage: false }]);
    const { met } = simulate(half, off, { retries: 1 });
    expect(met).toBeGreaterThan(150);
    expect(met).toBeLessThan(350);
  });
});

describe('simulate with workers', () => {
  const burst = traffic([
    [0, 100],
    [0, 100],
    [0, 100],
    [10, 100],
  ]);

  it('should let calls wait until a worker is free', () => {
    const { duration, peakInFlight, sent } = observe(burst, off, { workers: 2 });
    expect([...duration]).toStrictEqual([100, 100, 200, 190]);
    expect([peakInFlight, sent]).toStrictEqual([2, 4]);
  });

  it('should drop what has waited longer than its patience', () => {
    const at = (patience: number) => simulate(burst, off, { workers: 1, patience });
    expect(at(89)).toMatchObject({ good: 1, met: 3, sent: 1 });
    expect(at(89).waited.met).toBe(267);
    // 100 ms of waiting are not longer than 100 ms.
    expect(at(100)).toMatchObject({ good: 2, met: 2, sent: 2 });
    expect(at(300)).toMatchObject({ good: 4, met: 0, sent: 4 });
  });

  it('should keep a worker for all tries of a call', () => {
    const failing = traffic([
      [0, 100, 503],
      [0, 100, 503],
    ]);
    const { duration, sent } = observe(failing, off, { workers: 1, retries: 1 });
    expect([...duration]).toStrictEqual([200, 400]);
    expect(sent).toBe(4);
  });

  it('should free the worker of a rejected call at once, however many wait', () => {
    const rows = Array.from({ length: 100_000 }, (): Row => [0, 1, 503]);
    const report = simulate(traffic(rows), { tripper: failureStreak(1), retry: never() }, { workers: 1 });
    expect(report).toMatchObject({ met: 1, spared: 99_999, sent: 1, to: 1 });
  });

  it('should count calls that never get a worker as bad', () => {
    const hanging = traffic([
      [0, Infinity],
      [5, 10],
      [50, 10],
    ]);
    expect(simulate(hanging, off, { workers: 1 })).toMatchObject({ good: 0, met: 3, sent: 1, to: 50 });
    expect(simulate(hanging, off, { workers: 1 }).waited.met).toBe(50 + 45 + 0);
    expect(simulate(hanging, off, { workers: 1, patience: 20 }).waited.met).toBe(50 + 20 + 0);
  });

  it('should give each instance its share of the workers', () => {
    // Of two workers with a breaker each, one after the other meets the outage.
    const rows = Array.from({ length: 8 }, (_, i): Row => [i * 10, 1, 503]);
    const options = { tripper: failureStreak(2), retry: never() };
    expect(changes(simulate(traffic(rows), options, { workers: 2, instances: 2 }))).toStrictEqual([
      'closed → open at 21',
      'closed → open at 31',
    ]);
  });
});

describe('simulate with slots', () => {
  it('should let tries wait in the dependency, while the caller counts', () => {
    const burst = traffic([
      [0, 100],
      [0, 100],
      [0, 100],
    ]);
    expect([...observe(burst, off, { slots: 1 }).duration]).toStrictEqual([100, 200, 300]);
    expect(simulate(burst, off, { slots: 1, slowAfter: 300 })).toMatchObject({ good: 2, met: 1 });
    // At the very moment of the time-out an answer is in time.
    expect(simulate(burst, off, { slots: 1, timeout: 200 })).toMatchObject({ good: 2, met: 1, sent: 3 });
  });

  it('should work on what its caller has given up', () => {
    const rows: Row[] = [
      [0, 1_000],
      [10, 1_000],
      [1_500, 100],
    ];
    // The second is given up at 310, and served all the same, from 1,000 to 2,000.
    expect([...observe(traffic(rows), off, { slots: 1, timeout: 300 }).duration]).toStrictEqual([300, 300, 300]);
    expect([...observe(traffic(rows), off, { slots: 1, timeout: 700 }).duration]).toStrictEqual([700, 700, 600]);
  });

  it('should give back the slot of a try that hangs when its caller gives up', () => {
    const rows: Row[] = [
      [0, Infinity],
      [10, Infinity],
      [20, Infinity],
      [250, 40],
    ];
    expect([...observe(traffic(rows), off, { slots: 1, timeout: 200 }).duration]).toStrictEqual([200, 200, 200, 40]);
    expect(simulate(traffic(rows), off, { slots: 1 })).toMatchObject({ met: 4, to: 250 });
  });

  it('should show an outage that only a breaker ends', () => {
    const [none, defaults] = compare(metastable.traffic, metastable.contenders, metastable.world);
    const last = (report: Report) => metastable.successes(report).slice(-10);
    expect(Math.max(...last(none!))).toBeLessThan(0.05);
    expect(Math.min(...last(defaults!))).toBe(1);
    expect(defaults!.sent).toBeLessThan(none!.sent / 3);
    expect(defaults!.outages[0]!.closedAfter).toBeLessThan(15_000);
  });
});

describe('a world that reacts', () => {
  it('should come to the same as one that does not where there is enough of all', () => {
    const given = scripted(
      [
        { duration: 20_000, rate: 20, latency: (random) => 20 + 100 * random(), failureRate: 0.05 },
        { duration: 20_000, failureRate: 0.6 },
        { duration: 20_000, hang: 0.2, failureRate: 0.1 },
      ],
      { random: Math.random },
    );
    const options = { tripper: minRequests(10).and(failureRate(0.5)), retry: cooldown(1_234) };
    const world = { timeout: 1_000, slowAfter: 110 };
    const plain = JSON.parse(JSON.stringify(simulate(given, options, world))) as object;
    const large = simulate(given, options, { ...world, workers: 10_000, slots: 10_000, patience: 1 });
    const { timeline, waited, ...rest } = JSON.parse(JSON.stringify(large)) as Report;
    expect(plain).toMatchObject({ ...rest, assumptions: expect.any(Array) as unknown });
    expect(waited.met).toBeCloseTo((plain as Report).waited.met, 3);
    expect(timeline.map(({ lost, spared }) => [lost, spared])).toStrictEqual(
      (plain as Report).timeline.map(({ lost, spared }) => [lost, spared]),
    );
  });

  it('should account for each call, also by outage and bin', () => {
    fc.assert(
      fc.property(
        fc.record({
          retries: fc.nat(3),
          workers: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
          slots: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
          patience: fc.option(fc.integer({ min: 1, max: 2_000 }), { nil: undefined }),
          timeout: fc.constantFrom(50, 500, Infinity),
        }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        ({ patience, ...world }, failing, hanging) => {
          const given = scripted([
            { duration: 5_000, rate: 20, latency: 30 },
            { duration: 5_000, failureRate: failing, hang: (1 - failing) * hanging },
            { duration: 5_000, failureRate: 0, hang: 0 },
          ]);
          const report = simulate(
            given,
            { tripper: failureStreak(4), retry: cooldown(700) },
            world.workers === undefined ? world : { ...world, patience },
          );
          const { asked, good, met, lost, spared, sent, outages, timeline } = report;
          expect(good + met + lost + spared).toBe(asked);
          expect(sent).toBeLessThanOrEqual((1 + world.retries) * asked);
          for (const outage of outages) expect(outage.met + outage.spared).toBeLessThanOrEqual(outage.asked);
          for (const name of ['asked', 'good', 'met', 'lost', 'spared'] as const) {
            expect(timeline.reduce((sum, bin) => sum + bin[name], 0)).toBe(report[name]);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('should do what the same program of operators does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 120, noNaN: true }), { minLength: 20, maxLength: 150 }),
        fc.record({
          retries: fc.nat(3),
          workers: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
          slots: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
          patience: fc.double({ min: 50, max: 3_000, noNaN: true }),
          timeout: fc.double({ min: 100, max: 900, noNaN: true }),
        }),
        fc.constantFrom(Infinity, 37.313, 411.771),
        fc.constantFrom<CircuitBreakerOptions>(
          { tripper: failureStreak(3), retry: cooldown(333), recovery: probes(2) },
          { tripper: minRequests(4).and(failureRate(0.5)), retry: cooldown(1_100), maxProbes: 2 },
        ),
        (gaps, { patience, ...world }, work, options) => {
          const rows: Row[] = [];
          let now = 0;
          for (const gap of gaps) rows.push([(now += gap), 0]);
          const outage = { from: now / 3, to: (now * 2) / 3 };
          // A slot that is given back at a time-out makes other ends come at the very moment of another one.
          fc.pre(work < Infinity || world.slots === undefined);
          // Of an outage without calls no answer is known.
          fc.pre(rows.some(([at]) => at >= outage.from && at <= outage.to) && rows[0]![0] < outage.from);
          const given = traffic(
            rows.map(([at]): Row => (at >= outage.from && at <= outage.to ? [at, work, 503] : [at, 29.117, 200])),
            { outages: [outage] },
          );
          const all: World = world.workers === undefined ? world : { ...world, patience };
          const report = simulate(given, options, all);
          const expected = runProgram(given, work, options, all);
          // What is left after the last call is not run there.
          expected.signals.splice(report.signals.length);
          expect(report.signals.map(({ newState }) => newState)).toStrictEqual(
            expected.signals.map(({ newState }) => newState),
          );
          // The timers of operators add up their delays in another order.
          for (const [i, { timestamp }] of report.signals.entries()) {
            expect(timestamp).toBeCloseTo(expected.signals[i]!.timestamp, 6);
          }
          expect([report.sent, report.good]).toStrictEqual([expected.sent, expected.good]);
        },
      ),
      { numRuns: 300, endOnFailure: true },
    );
  });

  it('should be searched as it is simulated, and come to the same each time', async () => {
    const world = { slots: 1, retries: 2, timeout: 500 };
    const limits = { falseAlarms: 100, missed: 10 };
    const grid = {
      parameters: { streak: [5] },
      build: ({ streak }: { streak: number }) => ({ tripper: failureStreak(streak) }),
    };
    const { best } = await lastValueFrom(recommend(metastable.traffic, grid, { ...world, limits }));
    const again = simulate(metastable.traffic, { tripper: failureStreak(5) }, world);
    expect({ ...best!.reports[0]!.toJSON(), name: '' }).toStrictEqual({ ...again.toJSON(), name: '' });
  });

  it('should state what it assumes, and show how many tries there were', () => {
    const report = simulate(metastable.traffic, off, {
      slots: 1,
      retries: 3,
      workers: 200,
      patience: 500,
      timeout: 1_000,
    });
    const text = report.assumptions.join('\n');
    expect(text).toContain('the dependency works on 1 try at once');
    expect(text).toContain('tried again at once, at most 3 times');
    expect(text).toContain(
      '200 workers make one call each at a time, from one queue, which a call leaves after 500 ms',
    );
    expect(text).not.toContain('do not react');
    expect(String(report)).toContain('tries that reached the dependency');
    expect(String(simulate(metastable.traffic, off))).not.toContain('tries that reached');
  });

  it.each<[World, string]>([
    [{ retries: -1 }, 'simulate: world: retries must be an integer of at least 0, got -1'],
    [{ retries: 1.5 }, 'simulate: world: retries must be an integer of at least 0, got 1.5'],
    [{ retries: '3' as never }, 'simulate: world: retries must be an integer of at least 0, got "3"'],
    [{ workers: 0 }, 'simulate: world: workers must be an integer of at least 1, got 0'],
    [{ slots: 0.5 }, 'simulate: world: slots must be an integer of at least 1, got 0.5'],
    [{ workers: 1, patience: -1 }, 'simulate: world: patience must be a number of ms above 0, or Infinity, got -1'],
    [{ patience: 100 }, 'simulate: world: patience needs workers'],
  ])('should refuse %j', (world, message) => {
    expect(() => simulate(metastable.traffic, {}, world)).toThrow(message);
  });

  it('should name the call for which a component throws', () => {
    const broken = {
      tracker: () => {
        throw new Error('oops');
      },
    };
    expect(() => simulate(traffic([[0, 10, 503]]), broken, { retries: 1 })).toThrow(
      'simulate: the tracker of the contender threw, for call 1, at 0 ms: oops',
    );
  });
});

/** The world as one would write it with operators. */
function runProgram(given: Traffic, work: number, options: CircuitBreakerOptions, world: World) {
  const { retries = 0, workers = Infinity, patience = Infinity, slots = Infinity } = world;
  const scheduler = new VirtualScheduler(given.at[0]);
  const outage = given.outages![0]!;
  const breaker = new CircuitBreaker({ ...options, scheduler });
  const signals: Signal[] = [];
  breaker.signal$.subscribe({ next: (signal) => signals.push(signal), error: reportError });
  let busy = 0;
  let sent = 0;
  let good = 0;
  let ended = 0;
  const queue: (() => void)[] = [];
  const serveNext = () => {
    busy--;
    queue.shift()?.();
  };
  const request$ = new Observable<void>((subscriber) => {
    sent++;
    const now = scheduler.now();
    const isDown = now >= outage.from && now <= outage.to;
    const serve = () => {
      if (subscriber.closed && isDown && work === Infinity) {
        queue.shift()?.();
        return;
      }
      busy++;
      if (isDown && work === Infinity) {
        subscriber.add(serveNext);
        return;
      }
      scheduler.schedule(
        () => {
          if (isDown) subscriber.error(new Error('503'));
          else subscriber.complete();
          serveNext();
        },
        isDown ? work : 29.117,
      );
    };
    if (busy < slots) serve();
    else queue.push(serve);
  });
  const call$ = request$.pipe(
    timeout({ each: world.timeout as number, scheduler }),
    circuitBreaker(breaker),
    retry({ count: retries, delay: (error: unknown) => (isCallNotPermitted(error) ? throwError(() => error) : [0]) }),
    tap({ complete: () => good++ }),
    catchError(() => EMPTY),
  );
  const arrivals = new Subject<number>();
  const done = arrivals.pipe(
    mergeMap(
      (at) =>
        defer(() => (workers < Infinity && scheduler.now() - at > patience ? EMPTY : call$)).pipe(
          tap({ complete: () => ended++ }),
        ),
      workers,
    ),
  );
  done.subscribe({ error: reportError });
  const first = given.at[0]!;
  from(given.at)
    .pipe(mergeMap((at) => timer(at - first, scheduler).pipe(map(() => at))))
    .subscribe(arrivals);
  while (ended < given.at.length && scheduler.next < Infinity) scheduler.advanceTo(scheduler.next);
  return { signals, sent, good };
}
