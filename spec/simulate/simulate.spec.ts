import {
  closed,
  cooldown,
  countWindow,
  errorWhere,
  failureRate,
  failureStreak,
  minRequests,
  never,
  probes,
  retryIf,
  slowRate,
  timeWindow,
  Tripper,
  type CallContext,
  type CircuitBreakerOptions,
} from 'rxjs-fluxgate';
import { of, timer } from 'rxjs';
import { scripted, simulate, type Traffic, type World } from 'rxjs-fluxgate/simulate';
import { describe, expect, it, vi } from 'vitest';
import { changes, observe, traffic } from './support.ts';

/** Opens at the second failure in a row, waits a second, closes at the first success. */
const simple: CircuitBreakerOptions = { tripper: failureStreak(2), retry: cooldown(1_000), recovery: probes(1) };

/** 10 a second, all of which fail from 10 s to 20 s. */
const outage = scripted([
  { duration: 10_000, rate: 10, latency: 20 },
  { duration: 10_000, failureRate: 1 },
  { duration: 10_000, failureRate: 0 },
]);

describe('simulate', () => {
  it('should count what a configuration does about an outage', () => {
    const report = simulate(outage, { ...simple, retry: cooldown(1_500) });
    expect(report).toMatchObject({ asked: 300, good: 187, met: 8, lost: 13, spared: 92, from: 0, to: 30_000 });
    expect(report.outages).toStrictEqual([
      {
        from: 10_000,
        to: 20_000,
        asked: 100,
        met: 8,
        spared: 92,
        openedAfter: 120,
        closedAfter: 1_320,
        lostAfter: 13,
        reopens: 6,
      },
    ]);
    expect(report.openings).toMatchObject([{ at: 10_120, until: 21_320, reopens: 6, falseAlarm: false }]);
    expect(report.openings[0]).toMatchObject({
      detail: 'failureStreak(2): 2 failures in a row',
      cause: { message: 'status 503', status: 503 },
    });
  });

  it('should judge a call by its status, how slow it is and how long callers wait, whatever a breaker does', () => {
    const calls = traffic([
      [0, 100],
      [1, 100, 404],
      [2, 100, 429],
      [3, 100, 500],
      [4, 100, 0],
      [5, 499.9],
      [6, 500],
      [7, 800],
      [8, Infinity],
    ]);
    const tripper = new (class extends Tripper {
      test() {
        return false;
      }
    })();
    expect(simulate(calls, { tripper }, { slowAfter: 500 })).toMatchObject({ good: 3, met: 6 });
    expect(simulate(calls, { tripper }, { timeout: 500 })).toMatchObject({ good: 4, met: 5 });
    expect(simulate(calls, { tripper }, { failed: (status) => status === 404 })).toMatchObject({ good: 7, met: 2 });
  });

  it('should count a status of 0 as bad, and a call that never ends as met, in flight until the end', () => {
    const calls = traffic([
      [0, Infinity],
      [1_000, 10],
      [3_000, 10],
    ]);
    const report = simulate(calls, simple);
    expect(report).toMatchObject({ met: 1, good: 2, peakInFlight: 2, to: 3_010, waited: { met: 3_010, spared: 0 } });
  });

  it('should count what callers waited for in bad calls, and what they were spared', () => {
    const calls = traffic([
      [0, 100, 500],
      [200, 5_000],
      [1_300, 9_000],
      [1_400, 50],
    ]);
    const report = simulate(calls, { ...simple, retry: never() }, { timeout: 1_000 });
    expect(report).toMatchObject({ met: 2, spared: 1, lost: 1, waited: { met: 1_100, spared: 1_000 } });
    const endless = traffic([
      [0, 1, 500],
      [10, 1, 500],
      [100, Infinity],
      [300, 1],
    ]);
    expect(simulate(endless, { ...simple, retry: never() }).waited).toStrictEqual({ met: 2, spared: 200 });
  });

  it('should end calls by the time-out of the state at their admission, but judge them by the one of closed', () => {
    const hanging = scripted([{ duration: 10_000, rate: 10, hang: 1 }]);
    const world = { timeout: (state: string) => (state === 'half_open' ? 50 : 500) };
    const report = simulate(hanging, { ...simple, maxProbes: 1 }, world);
    expect(changes(report).slice(0, 3)).toStrictEqual([
      'closed → open at 600',
      'open → half_open at 1600',
      'half_open → open at 1650',
    ]);
    expect(report.waited.spared).toBe(report.spared * 500);
    expect(report.openings[0]?.cause).toMatchObject({ name: 'TimeoutError' });
  });

  it('should report false alarms: openings outside of outages and of the 10 s after each', () => {
    // Two failures, and a good call that closes the circuit again.
    const blip = (at: number) =>
      [
        [at, 1, 500],
        [at + 1, 1, 500],
        [at + 500, 1],
      ] as const;
    const calls = traffic([...blip(0), ...blip(5_000), ...blip(24_998), ...blip(26_000)], {
      outages: [{ from: 4_000, to: 15_000 }],
    });
    const { openings } = simulate(calls, { ...simple, retry: cooldown(1) });
    expect(openings.map(({ at, falseAlarm }) => [at, falseAlarm])).toStrictEqual([
      [2, true],
      [5_002, false],
      [25_000, false],
      [26_002, true],
    ]);
  });

  it('should say when a circuit is open already, closes in an outage, or never does', () => {
    const bad = (from: number, count: number) => Array.from({ length: count }, (_, i) => [from + i, 0.5, 500] as const);
    const outages = [
      { from: 100, to: 200 },
      { from: 300, to: 400 },
    ];
    const at = (rows: readonly (readonly [number, number, number?])[], options: CircuitBreakerOptions) =>
      simulate(traffic(rows, { outages }), options).outages.map(({ openedAfter, closedAfter, lostAfter, reopens }) => [
        openedAfter,
        closedAfter,
        lostAfter,
        reopens,
      ]);
    const good = (time: number) => [time, 0.5] as const;
    // Opens before the first, closes in it; opens in the second and never closes.
    expect(
      at([...bad(90, 2), good(150), ...bad(310, 2), good(405), good(420)], {
        ...simple,
        retry: ({ changedAt }) => (changedAt < 100 ? 50 : Infinity),
      }),
    ).toStrictEqual([
      [0, 0, 0, 0],
      [11.5, undefined, 2, 0],
    ]);
    // Open through both.
    expect(
      at([...bad(90, 2), good(250), good(350), good(450), good(451.5)], { ...simple, retry: cooldown(360) }),
    ).toStrictEqual([
      [0, 252, 3, 0],
      [0, 52, 1, 0],
    ]);
  });

  it('should not call an opening that comes after the end of an outage one of it', () => {
    const calls = traffic(
      [
        [0, 100],
        [10, 1_000, 500],
        [11, 1_000, 500],
        [2_000, 1],
      ],
      { outages: [{ from: 10, to: 500 }] },
    );
    const report = simulate(calls, simple);
    expect(report.openings).toMatchObject([{ at: 1_011, falseAlarm: false }]);
    expect(report.outages[0]).toMatchObject({ openedAfter: undefined, closedAfter: undefined, lostAfter: 0 });
    expect(report.outages[0]?.why).toStrictEqual({
      judged: 2,
      held: new Map([['failureStreak(2)', 1]]),
      mostCalls: 3,
    });
  });

  it.each<[string, { from: number; to: number }, number[], number | undefined]>([
    ['opens at the end of an outage', { from: 5, to: 11 }, [0, 10, 100], undefined],
    ['opens at its beginning', { from: 11, to: 50 }, [0, 10, 100], 0],
    ['closes at its beginning', { from: 1_500, to: 1_600 }, [0, 10, 1_499, 1_550], undefined],
  ])('should say in which outage a circuit is open that %s', (_, span, at, openedAfter) => {
    const rows = at.map((t, i) => [t, 1, i < 2 ? 500 : 200] as const);
    const [only] = simulate(traffic(rows, { outages: [span] }), simple).outages;
    expect(only).toMatchObject({ from: span.from, openedAfter });
  });

  it('should hold calls at both ends of an outage, but of a script not the first of the next phase', () => {
    const rows = [0, 10, 20, 30].map((at) => [at, 1, 500] as const);
    const [found] = simulate(traffic(rows, { outages: [{ from: 10, to: 20 }] })).outages;
    expect(found?.asked).toBe(2);
    const [script] = simulate(
      scripted([
        { duration: 20, rate: 100, failureRate: 1 },
        { duration: 20, failureRate: 0 },
      ]),
    ).outages;
    expect(script?.asked).toBe(2);
  });

  it('should find the outages of a record, and take those of the world instead', () => {
    const rows = Array.from({ length: 600 }, (_, i) => [i * 100, 10, i >= 200 && i < 400 ? 500 : 200] as const);
    const [found] = simulate(traffic(rows)).outages;
    expect(found).toMatchObject({ from: 20_000, to: 39_900 });
    const { outages } = simulate(traffic(rows), {}, { outages: [{ from: 1, to: 2 }] });
    expect(outages).toMatchObject([{ from: 1, to: 2, asked: 0 }]);
  });

  it('should end at the last arrival or end of an admitted call, and run no later timer', () => {
    const calls = traffic([
      [0, 1, 500],
      [1, 1, 500],
      [500, 1],
    ]);
    const early = simulate(calls, simple);
    expect(early.to).toBe(500);
    expect(changes(early)).toStrictEqual(['closed → open at 2']);
    expect(early.timeIn).toMatchObject({ closed: 2, open: 498 });
    const script = scripted([
      { duration: 5_000, rate: 1, failureRate: 1 },
      { duration: 5_000, rate: 0 },
    ]);
    expect(simulate(script, { ...simple, retry: cooldown(3_000) }).to).toBe(10_000);
    expect(changes(simulate(script, { ...simple, retry: cooldown(3_000) })).at(-1)).toBe('open → half_open at 7000');
    expect(changes(simulate(script, { ...simple, retry: cooldown(9_001) })).at(-1)).toBe('closed → open at 1000');
  });

  it('should take no calls at all for what they are', () => {
    const report = simulate(traffic([]));
    expect(report).toMatchObject({ asked: 0, from: 0, to: 0, outages: [], timeline: [{ asked: 0, p50: undefined }] });
    expect(simulate(scripted([{ duration: 100, rate: 0 }]))).toMatchObject({ from: 0, to: 100, asked: 0 });
  });

  it('should let instances take the calls in turn', () => {
    const calls = traffic(Array.from({ length: 6 }, (_, i) => [i * 10, 1, 500] as const));
    const { rejected, signals } = observe(calls, { ...simple, retry: never() }, { instances: 2 });
    expect([...rejected]).toStrictEqual([0, 0, 0, 0, 1, 1]);
    expect(signals.map(({ instance, signal }) => [instance, signal.timestamp])).toStrictEqual([
      [0, 21],
      [1, 31],
    ]);
    const report = simulate(calls, simple, { instances: 2 });
    expect(Object.values(report.timeIn).reduce((sum, time) => sum + time, 0)).toBe(2 * (report.to - report.from));
    expect(report.assumptions.join()).toContain('2 instances');
  });

  it('should hand contenders that judge values every answer as a value', () => {
    const calls = traffic([
      [0, 1, 500],
      [10, 1, 500],
      [20, 1],
    ]);
    const classify = ({ status }: { status: number }) => (status >= 500 ? ('failure' as const) : ('success' as const));
    const tracker = errorWhere(() => false);
    expect(simulate(calls, { ...simple, tracker }, { classify }).openings[0]?.cause).toStrictEqual({ status: 500 });
    expect(simulate(calls, { ...simple, tracker }).openings).toStrictEqual([]);
  });

  it('should count no answer as a failure for contenders that judge values', () => {
    const calls = traffic([
      [0, 1, 0],
      [10, 1, 0],
      [20, 1],
    ]);
    expect(simulate(calls, simple, { classify: () => 'success' }).openings[0]?.cause).toMatchObject({ status: 0 });
  });

  it('should make a time-out a TimeoutError, whatever errors of statuses are', () => {
    const calls = traffic([
      [0, 10],
      [20, 10],
    ]);
    const { openings } = simulate(calls, simple, { errorOf: () => 'E', timeout: 5 });
    expect(openings[0]?.cause).toMatchObject({ name: 'TimeoutError' });
  });

  it('should state what it takes for granted', () => {
    expect(simulate(outage).assumptions).toStrictEqual([
      'the dependency does not react to the breaker: a rejected call would have got the recorded answer',
      'callers do not react: a call that failed or was rejected brings no other',
    ]);
  });

  it('should hand the tracker the error of a status', () => {
    const seen: unknown[] = [];
    const tracker = (error: unknown) => seen.push(error) > 0;
    const calls = traffic([
      [0, 1, 503],
      [10, 1, 0],
    ]);
    simulate(calls, { tracker });
    expect(seen).toMatchObject([
      { message: 'status 503', status: 503 },
      { message: 'no answer', status: 0 },
    ]);
    seen.length = 0;
    simulate(calls, { tracker }, { errorOf: (status) => `E${String(status)}` });
    expect(seen).toStrictEqual(['E503', 'E0']);
  });

  it('should ask a contender that is a function, which may ask whether the dependency is well', () => {
    const report = simulate(outage, ({ scheduler, ...outside }) => {
      expect(scheduler.now()).toBe(0);
      return { ...simple, retry: retryIf(() => outside.healthy(), { every: 100 }) };
    });
    expect(changes(report)).toStrictEqual([
      'closed → open at 10120',
      'open → half_open at 20020',
      'half_open → closed at 20120',
    ]);
  });

  it('should be well from the end of an outage of a script, and after the end of one that the world names', () => {
    const script = scripted([
      { duration: 2_000, rate: 10 },
      { duration: 2_000, failureRate: 1 },
      { duration: 2_000, failureRate: 0 },
    ]);
    const record = traffic(Array.from({ length: 60 }, (_, i) => [i * 100, 1, i >= 20 && i < 40 ? 500 : 200] as const));
    const spans = [{ from: 2_000, to: 4_000 }];
    const wellAt = (given: Traffic, world: World, time: number) => {
      let well: boolean | undefined;
      const { outages } = simulate(
        given,
        ({ scheduler, ...outside }) => {
          scheduler.schedule(() => (well = outside.healthy()), time);
          return {};
        },
        world,
      );
      return [well, outages[0]?.asked];
    };
    expect(wellAt(script, {}, 3_999)).toStrictEqual([false, 20]);
    expect(wellAt(script, {}, 4_000)).toStrictEqual([true, 20]);
    for (const [given, world] of [
      [script, { outages: spans }],
      [record, { outages: spans }],
      [{ ...record, outages: spans }, {}],
    ] as const) {
      expect(wellAt(given, world, 4_000)).toStrictEqual([false, 21]);
      expect(wellAt(given, world, 4_000.5)).toStrictEqual([true, 21]);
    }
  });

  it('should work with notifiers on the scheduler', () => {
    const retry: CircuitBreakerOptions['retry'] = ({ scheduler }) => timer(700, scheduler);
    expect(changes(simulate(outage, { ...simple, retry }))[1]).toBe('open → half_open at 10820');
    expect(simulate(outage, { ...simple, retry: () => of('now') }).openings.length).toBe(1);
  });

  it('should be equal in two runs, and keep a random of the options', () => {
    const options = { tripper: failureStreak(2), retry: cooldown(1_000, { jitter: 0.5 }), recovery: probes(1) };
    expect(simulate(outage, options).signals).toStrictEqual(simulate(outage, options).signals);
    const [opened] = simulate(outage, { ...options, random: () => 0 }).signals;
    expect(opened!.retryAt! - opened!.timestamp).toBe(500);
    const [other] = simulate(outage, options, { random: () => 0.75 }).signals;
    expect(other!.retryAt! - other!.timestamp).toBe(1_250);
  });

  it('should replace the scheduler and leave out the listeners', () => {
    const listener = vi.fn();
    const scheduler = { now: vi.fn(() => 5), schedule: vi.fn() };
    expect(simulate(outage, { ...simple, scheduler, listeners: [listener] }).openings).toHaveLength(1);
    expect([listener, scheduler.now, scheduler.schedule].map((spy) => spy.mock.calls.length)).toStrictEqual([0, 0, 0]);
  });

  it('should say the name of the circuit', () => {
    expect(simulate(outage, { name: 'payments' }).name).toBe('payments');
  });

  it('should make a timeline of about 400 bins, with quantiles of how long calls take', () => {
    const { timeline } = simulate(outage, simple);
    expect(timeline).toHaveLength(400);
    expect(timeline[0]).toStrictEqual({ from: 0, asked: 1, good: 1, met: 0, lost: 0, spared: 0, p50: 20, p99: 20 });
    const rows = Array.from({ length: 100 }, (_, i) => [0, 100 - i] as const);
    expect(simulate(traffic(rows), {}, { timeout: 60 }).timeline[0]).toMatchObject({ p50: 50, p99: 60, asked: 100 });
  });

  it('should warn of coordinated omission, and hand on the notes of the traffic', () => {
    const rows = [
      ...Array.from({ length: 1_000 }, (_, i) => [i * 100, 10, 200] as const),
      ...Array.from({ length: 25 }, (_, i) => [100_000 + i * 1_000, 1_000, 500] as const),
    ];
    const { warnings } = simulate(traffic(rows, { notes: ['the clock stepped back'] }));
    expect(warnings).toStrictEqual(['the clock stepped back', expect.stringContaining('coordinated omission')]);
    expect(simulate(outage).warnings).toStrictEqual([]);
  });

  it.each([
    ['the record before is shorter than the outage', 60, 500, 120, 2_000],
    ['arrivals fall exactly by half', 100, 200, 25, 1_000],
    ['the record before is longer', 300, 1_000, 60, 11],
  ])('should warn of coordinated omission if %s', (_, before, gap, seconds, latency) => {
    const good = Array.from({ length: before * 10 }, (__, i) => [i * 100, 10, 200] as const);
    const count = (seconds * 1_000) / gap;
    const bad = Array.from({ length: count }, (__, i) => [before * 1_000 + i * gap, latency, 500] as const);
    expect(simulate(traffic([...good, ...bad])).warnings).toStrictEqual([
      expect.stringContaining('coordinated omission'),
    ]);
    const outages = [{ from: before * 1_000, to: (before + seconds) * 1_000 }];
    expect(simulate(traffic([...good, ...bad], { outages })).warnings).toHaveLength(1);
  });

  it.each([
    ['calls take as long', 1_000, 10],
    ['arrivals fall by a third', 150, 1_000],
    ['arrivals rise', 50, 1_000],
  ])('should not warn of coordinated omission if %s', (_, gap, latency) => {
    const rows = [
      ...Array.from({ length: 1_000 }, (__, i) => [i * 100, 10, 200] as const),
      ...Array.from({ length: 25_000 / gap }, (__, i) => [100_000 + i * gap, latency, 500] as const),
    ];
    expect(simulate(traffic(rows))).toMatchObject({ outages: [{}], warnings: [] });
  });

  it('should not compare the arrivals of an outage with those of the outage before', () => {
    const spell = (from: number, count: number, gap: number, status: number, latency: number) =>
      Array.from({ length: count }, (_, i) => [from + i * gap, latency, status] as const);
    const rows = [
      ...spell(60_000, 80, 1_000, 500, 2_000),
      ...spell(140_000, 100, 100, 200, 10),
      ...spell(150_000, 200, 500, 500, 3_000),
    ];
    const outages = [
      { from: 60_000, to: 139_999 },
      { from: 150_000, to: 250_000 },
    ];
    // Most of the time before the second belongs to the first.
    expect(simulate(traffic(rows, { outages })).warnings).toHaveLength(1);
  });

  it('should freeze what it hands out', () => {
    const report = simulate(outage, simple);
    for (const value of [report, report.outages, report.openings, report.signals, report.timeIn, report.timeline]) {
      expect(Object.isFrozen(value)).toBe(true);
    }
  });
});

describe('what simulate refuses', () => {
  const calls = traffic([
    [1_000, 1, 500],
    [2_000, 1, 500],
    [3_000, 1],
  ]);
  const boom = (): never => {
    throw new Error('boom');
  };
  const open: CircuitBreakerOptions = { tripper: failureStreak(1), retry: cooldown(500) };

  it.each<[string, CircuitBreakerOptions, string]>([
    ['tracker', { tracker: boom }, 'the tracker of the contender threw, for call 1, at 1000 ms: boom'],
    ['tripper', { tripper: boom }, 'the tripper of the contender threw, for call 1, at 1000 ms: boom'],
    ['retry', { ...open, retry: boom }, 'the retry of the contender threw, for call 1, at 1000 ms: boom'],
    ['permit', { ...open, permit: boom }, 'the permit of the contender threw, for call 2, at 2000 ms: boom'],
    ['recovery', { ...open, recovery: boom }, 'the recovery of the contender threw, for call 2, at 2000 ms: boom'],
  ])('should be a %s that throws, with the time of the call', (_, options, message) => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const run = () => simulate(calls, options);
    expect(run).toThrow(message);
    expect(run).toThrow(expect.objectContaining({ cause: new Error('boom') }));
    expect(report).not.toHaveBeenCalled();
  });

  it('should be a recovery that throws at the time-out of a probe', () => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const hung = traffic([
      [0, 1, 500],
      [2_000, Infinity],
      [9_000, 1],
    ]);
    expect(() => simulate(hung, { ...open, probeTimeout: 3_000, recovery: boom })).toThrow(
      'the recovery of the contender threw, for a timer at 5000 ms: boom',
    );
    expect(report).not.toHaveBeenCalled();
  });

  it('should be a retry that returns a promise, which is real time', () => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(() => simulate(calls, { ...open, retry: () => Promise.resolve(1) })).toThrow(
      /retry must not return a promise/,
    );
    expect(report).not.toHaveBeenCalled();
  });

  it.each<[unknown, string]>([
    [-5, 'the ms that it returns must be at least 0, got -5'],
    [NaN, 'the ms that it returns must be at least 0, got NaN'],
    ['5s', 'what it returns must be a number of ms or a notifier, got "5s"'],
    [{}, 'You provided an invalid object where a stream was expected'],
  ])('should be a retry that returns %j, which a breaker only reports', (wait, message) => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const run = () => simulate(calls, { ...open, retry: () => wait as never });
    expect(run).toThrow(message);
    expect(run).toThrow('the retry of the contender threw, for call 1, at 1000 ms: ');
    expect(report).not.toHaveBeenCalled();
  });

  it('should be an explain that throws, of the tripper or of a part of it', () => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    class Mute extends Tripper {
      test() {
        return true;
      }
      override explain() {
        return boom();
      }
    }
    const tripper = new Mute();
    for (const given of [tripper, failureStreak(1).and(tripper)]) {
      expect(() => simulate(calls, { tripper: given })).toThrow(
        'the tripper of the contender threw, for call 1, at 1000 ms: boom',
      );
    }
    expect(report).not.toHaveBeenCalled();
  });

  it.each([async () => Promise.resolve(true), async () => Promise.reject(new Error('down'))])(
    'should be a promise as the answer of the check of retryIf',
    (check) => {
      expect(() => simulate(calls, { ...open, retry: retryIf(check, { every: 10 }) })).toThrow(
        /the retry .*: a simulation has no real time, so the check of retryIf must not return a promise/,
      );
    },
  );

  it('should be bad options, as a breaker does', () => {
    expect(() => simulate(calls, { maxProbes: 0 })).toThrow(RangeError);
    expect(() => simulate(calls, { trippr: closed() } as never)).toThrow('unknown option "trippr"');
    expect(() => simulate(calls, { window: countWindow(5), tripper: minRequests(10) })).toThrow('can never hold');
  });

  it.each([
    [{ timeout: 0 }, RangeError, 'simulate: world: timeout must be a number of ms above 0, or Infinity, got 0'],
    [{ timeout: () => '5' }, TypeError, 'timeout while closed must be a number of ms above 0, or Infinity, got "5"'],
    [{ slowAfter: NaN }, RangeError, 'slowAfter'],
    [{ instances: 1.5 }, RangeError, 'instances must be an integer of at least 1, got 1.5'],
    [{ failed: 500 }, TypeError, 'failed must be a function'],
    [{ outages: [{ from: 5, to: 1 }] }, RangeError, 'outages: to must not be before from (5), got 1'],
    [
      {
        outages: [
          { from: 0, to: 5 },
          { from: 4, to: 6 },
        ],
      },
      RangeError,
      'outages must not overlap',
    ],
    [{ outages: null }, TypeError, 'outages must be an array of { from, to }, got null'],
    [{ timeOut: 5 }, TypeError, 'unknown option "timeOut"'],
  ])('should be the world %j', (world, type, message) => {
    expect(() => simulate(calls, {}, world as never)).toThrow(type);
    expect(() => simulate(calls, {}, world as never)).toThrow(message);
  });

  it.each([
    [undefined, TypeError, 'traffic must be a Traffic'],
    [{ ...calls, at: [1, 2, 3] }, TypeError, 'traffic.at must be a Float64Array, got an array'],
    [
      { ...calls, at: Float64Array.of(1, 3, 2) },
      RangeError,
      'traffic.at[2] must be a finite number of ms, not before the last, got 2',
    ],
    [{ ...calls, at: Float64Array.of(NaN, 3, 4) }, RangeError, 'traffic.at[0]'],
    [
      { ...calls, duration: Float64Array.of(1, -1, 4) },
      RangeError,
      'traffic.duration[1] must be at least 0 ms or Infinity, got -1',
    ],
    [{ ...calls, notes: undefined }, TypeError, 'traffic.notes must be an array of texts, got undefined'],
    [{ ...calls, notes: [5] }, TypeError, 'traffic.notes must be an array of texts, got an array'],
    [{ ...calls, key: 5 }, TypeError, 'traffic.key must be a function, got 5'],
    [{ ...calls, skipped: 'x' }, TypeError, 'traffic.skipped must be a finite number of at least 0, got "x"'],
    [{ ...calls, span: null }, TypeError, 'traffic.span: from and to must be finite numbers of ms, got undefined'],
    [{ ...calls, outages: null }, TypeError, 'traffic.outages must be an array of { from, to }, got null'],
    [{ ...calls, status: new Uint16Array(2) }, RangeError, 'traffic.status must be as long as at (3 calls), got 2'],
  ])('should be traffic that is none: %#', (given, type, message) => {
    expect(() => simulate(given as never)).toThrow(type);
    expect(() => simulate(given as never)).toThrow(message);
  });
});

describe('why a circuit did not open', () => {
  it('should be the conditions that did not hold, and the most calls that the window held', () => {
    const quiet = scripted([
      { duration: 60_000, rate: 1 },
      { duration: 60_000, failureRate: 1 },
    ]);
    const tripper = minRequests(100).and(failureRate(0.5)).or(slowRate(0.3, 1_000));
    const [only] = simulate(quiet, { tripper, window: timeWindow(30_000) }).outages;
    expect(only?.why?.judged).toBe(60);
    expect(only?.why?.held).toStrictEqual(
      new Map([
        ['minRequests(100)', 0],
        ['failureRate(0.5)', 46],
        ['slowRate(0.3, 1000)', 0],
      ]),
    );
    expect(only?.why?.mostCalls).toBe(30);
  });

  it('should count an outcome once that a breaker judges twice because it learns a threshold', () => {
    const slow = scripted([{ duration: 10_000, rate: 1, latency: 900, outage: true }]);
    const mine = ({ metric }: CallContext) => (metric.slowRate(500) ?? 0) > 2;
    expect(simulate(slow, { tripper: mine }).outages[0]?.why).toMatchObject({ judged: 10 });
  });

  it('should leave the explain and the iterator of a tripper of the user in force', () => {
    class Mine extends Tripper {
      test({ consecutiveFailures }: CallContext) {
        return consecutiveFailures >= 3;
      }
      override explain() {
        return 'three strikes';
      }
      override toString() {
        return 'new Mine()';
      }
    }
    expect(simulate(outage, { tripper: new Mine() }).openings[0]?.detail).toBe('three strikes');
    const two = scripted([{ duration: 2_000, rate: 1, failureRate: 1 }]);
    expect(simulate(two, { tripper: new Mine() }).outages[0]?.why?.held).toStrictEqual(new Map([['new Mine()', 0]]));
  });

  it('should be of all instances together', () => {
    const two = scripted([{ duration: 10_000, rate: 1, failureRate: 1 }]);
    const [only] = simulate(two, { tripper: failureStreak(6) }, { instances: 2 }).outages;
    expect(only?.why).toStrictEqual({ judged: 10, held: new Map([['failureStreak(6)', 0]]), mostCalls: 5 });
  });
});

describe('a report', () => {
  const report = simulate(outage, { ...simple, name: 'pay\u001b[31mments\n' });

  it('should be plain JSON', () => {
    const json = JSON.parse(JSON.stringify(report)) as Record<string, unknown>;
    expect(json).toEqual(report.toJSON());
    expect(json['openings']).toMatchObject([
      { cause: { name: 'Error', message: 'status 503' }, metric: { failureCount: 2, slowCounts: {} } },
    ]);
    const silent = simulate(outage, { tripper: failureStreak(500) });
    expect(JSON.parse(JSON.stringify(silent))).toMatchObject({
      outages: [{ why: { judged: 100, held: { 'failureStreak(500)': 0 } } }],
    });
  });

  it('should hold null where JSON has no number', () => {
    const hang = simulate(scripted([{ duration: 1_000, rate: 1, hang: 1 }]));
    expect((hang.toJSON() as { timeline: { p50: unknown }[] }).timeline[0]?.p50).toBeNull();
  });

  it('should be a table, without control characters from outside', () => {
    const lines = String(report).split('\n');
    expect(lines[0]).toBe(' 300 calls, 1 outage        pay\\x1b[31mments\\n');
    expect(lines).toContainEqual(expect.stringMatching(/^ opened after +120 ms$/));
    expect(Array.from(String(report)).every((char) => char === '\n' || char >= ' ')).toBe(true);
  });

  it('should say why a circuit did not open', () => {
    expect(String(simulate(outage, { tripper: failureStreak(500) }))).toContain(
      'did not open: failureStreak(500) held 0 of 100 times',
    );
  });
});
