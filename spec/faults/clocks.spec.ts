import { NEVER } from 'rxjs';
import {
  admitRandom,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  countWindow,
  errorWhere,
  failureRate,
  halfOpened,
  isCallNotPermitted,
  minRequests,
  rampUp,
  timeWindow,
  type Call,
  type CircuitBreakerOptions,
  type Metric,
  type Recovery,
} from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { collect } from '../support/collect.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { onEach } from '../support/script.ts';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const SECOND = 1_000;
const HOUR = 3_600_000;
const down = new Error('down');
const notFound = new Error('not found');

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A clock that steps at every reading: most often on by a little, now and then far ahead or back. */
class WildScheduler extends ManualScheduler {
  readonly #random: () => number;
  readonly #fractions: boolean;
  #reading: number | undefined;
  /** The first reading and the forward steps between those after it. */
  counted = 0;

  constructor(random: () => number, fractions = true) {
    // A time of our days, where fractions of a millisecond have lost most of their digits.
    super(1.75e12);
    this.#random = random;
    this.#fractions = fractions;
  }

  override now(): number {
    const dice = this.#random();
    const far = dice < 0.02 ? HOUR : dice < 0.2 ? SECOND : 10;
    const jump = far * (2 * this.#random() - 0.9);
    this.step(this.#fractions ? jump : Math.round(jump));
    const reading = super.now();
    this.counted += Math.max(0, reading - (this.#reading ?? 0));
    this.#reading = reading;
    return reading;
  }
}

/** What is wrong with numbers of which none may be negative, infinite or NaN. */
class Audit {
  readonly wrong: string[] = [];
  looked = 0;

  notNegative(values: Record<string, number>): void {
    for (const [name, value] of Object.entries(values)) {
      this.looked++;
      if (!(value >= 0 && value < Infinity)) this.wrong.push(`${name} is ${String(value)}`);
    }
  }

  metric({ totalCount, failureCount, totalDuration, avgDuration, failureRate: rate }: Metric): void {
    this.notNegative({ totalCount, failureCount, totalDuration, avgDuration: avgDuration ?? 0, rate: rate ?? 0 });
  }
}

/** A breaker whose parts look at every time and duration that they are given. */
function audited(scheduler: ManualScheduler, random: () => number, options: CircuitBreakerOptions = {}) {
  const audit = new Audit();
  const tripper = failureRate(0.5).and(minRequests(5).or(halfOpened()));
  const permit = rampUp({ initial: 0.3, final: 1, duration: SECOND });
  const recovery: Recovery = (context, trips) => {
    audit.notNegative({ 'since changedAt, of a recovery': context.now - context.changedAt });
    if (trips.test(context)) return 'reopen';
    return context.successes > 2 ? 'close' : undefined;
  };
  const breaker = new CircuitBreaker({
    scheduler,
    random,
    tracker: errorWhere((error) => error === down),
    tripper: (context) => {
      audit.notNegative({ 'since changedAt, of a tripper': context.now - context.changedAt });
      audit.metric(context.metric);
      return tripper.test(context);
    },
    retry: (opening) => {
      audit.metric(opening.metric);
      return 5 * SECOND;
    },
    permit: (probe) => {
      audit.notNegative({ 'since changedAt, of a permit': probe.now - probe.changedAt });
      return permit(probe);
    },
    recovery,
    probeTimeout: SECOND,
    ...options,
  });
  onEach(breaker.call$, ({ type, duration }) => audit.notNegative({ [`duration, ${type}`]: duration }));
  onEach(breaker.signal$, ({ metric, timestamp, retryAt }) => {
    audit.metric(metric);
    if (retryAt !== undefined) audit.notNegative({ 'retryAt, from the signal on': retryAt - timestamp });
  });
  return { breaker, audit };
}

/** Calls that begin, end and are rejected at random, and now and then a while for the timers. */
function load(breaker: CircuitBreaker, scheduler: ManualScheduler, random: () => number, audit: Audit): void {
  const calls: Call<number>[] = [];
  for (let i = 0; i < 3_000; i++) {
    const dice = random();
    try {
      if (dice < 0.55) calls.push(breaker.admit<number>());
    } catch (error) {
      if (!isCallNotPermitted(error)) throw error;
      audit.notNegative({ retryAfter: error.retryAfter ?? 0 });
    }
    // In another order than they began.
    const [call] = dice > 0.4 ? calls.splice(Math.floor(random() * calls.length), 1) : [];
    const end = random();
    if (end < 0.4) call?.complete();
    else if (end < 0.8) call?.error(down);
    else if (end < 0.9) call?.error(notFound);
    else call?.unsubscribe();
    if (dice > 0.97) scheduler.pass(Math.round(random() * SECOND));
    if (i % 10 === 0) audit.metric(breaker.info().metric);
  }
  for (const call of calls) call.unsubscribe();
}

describe('under a clock that steps back and forth', { timeout: 60_000 }, () => {
  describe.each([
    ['the last calls', countWindow(20)],
    ['the calls of the last seconds', timeWindow(3 * SECOND, { buckets: 7 })],
  ])('with a window of %s', (_, window) => {
    it.each(SEEDS)('no duration, wait or time since a change is negative or NaN (seed %i)', (seed) => {
      const random = randomOf(seed);
      const scheduler = new WildScheduler(random);
      const { breaker, audit } = audited(scheduler, random, { window });
      const received = collect(breaker.state$);
      load(breaker, scheduler, random, audit);
      expect(audit.wrong).toStrictEqual([]);
      // Not because nothing was looked at.
      expect(audit.looked).toBeGreaterThan(5_000);
      expect(received).toStrictEqual(expect.arrayContaining(['closed', 'open', 'half_open']));
      expect(breaker.info().inFlight).toBe(0);
    });
  });

  it.each(SEEDS)(
    'a watched circuit is tried again on time by the timers, whatever the clock shows (seed %i)',
    (seed) => {
      const scheduler = new WildScheduler(randomOf(seed));
      const breaker = new CircuitBreaker({ scheduler, retry: cooldown(SECOND), permit: () => true });
      const received = collect(breaker.state$);
      for (let i = 0; i < 200; i++) {
        breaker.trip();
        scheduler.pass(SECOND);
        // A jump ahead may have made it due before its time, but no call came to see that.
        expect(breaker.state).toBe('half_open');
      }
      expect(received).toHaveLength(401);
    },
  );

  it.each(SEEDS)('an unwatched one is tried again by the first call after the wait it was given (seed %i)', (seed) => {
    const random = randomOf(seed);
    const scheduler = new ManualScheduler(1.75e12);
    const breaker = new CircuitBreaker({ scheduler, retry: cooldown(SECOND), permit: () => true });
    let rejections = 0;
    for (let i = 0; i < 500; i++) {
      breaker.trip();
      let left = SECOND;
      for (let calls = 0; breaker.state === 'open' && calls < 20; calls++) {
        scheduler.step(Math.round(random() < 0.5 ? -random() * HOUR : (random() * SECOND) / 4));
        try {
          breaker.admit();
        } catch (error) {
          if (!isCallNotPermitted(error)) throw error;
          rejections++;
          expect(error.retryAfter).toBeGreaterThan(0);
          expect(error.retryAfter).toBeLessThanOrEqual(left);
          left = error.retryAfter!;
        }
      }
      if (breaker.state === 'open') {
        scheduler.step(left);
        breaker.admit();
      }
      expect(breaker.state).toBe('half_open');
    }
    expect(rejections).toBeGreaterThan(1_000);
  });

  it.each(SEEDS)('probes that hang give their places back in time, and one good call decides (seed %i)', (seed) => {
    const scheduler = new WildScheduler(randomOf(seed));
    const breaker = new CircuitBreaker({
      scheduler,
      // Forgets nothing, however far the clock steps.
      window: countWindow(10),
      tripper: () => false,
      retry: cooldown(SECOND),
      permit: () => true,
      recovery: ({ outcome }) => (outcome === 'success' ? 'close' : undefined),
      maxProbes: 3,
      probeTimeout: SECOND,
    });
    for (let i = 0; i < 100; i++) {
      breaker.trip();
      const watcher = breaker.state$.subscribe();
      scheduler.pass(SECOND);
      watcher.unsubscribe();
      for (let probe = 0; probe < 3; probe++) breaker.admit();
      expect(() => breaker.admit()).toThrow('half_open');
      scheduler.pass(SECOND);
      expect(breaker.info()).toMatchObject({ inFlight: 0, metric: { totalCount: 3, failureCount: 3 } });
      breaker.admit().complete();
      expect(breaker.state).toBe('closed');
    }
    expect(scheduler.timers).toBe(0);
  });

  it.each(SEEDS)('a time window holds what its slots may hold, and no more (seed %i)', (seed) => {
    const random = randomOf(seed);
    // Whole milliseconds, so that sums of them are the same in any order.
    const scheduler = new WildScheduler(random, false);
    const [width, buckets] = [100, 10];
    const breaker = new CircuitBreaker({
      scheduler,
      window: timeWindow(width * buckets, { buckets }),
      tripper: () => false,
    });
    /** Between which moments of counted time each call was recorded. */
    const records: { readonly after: number; readonly before: number }[] = [];
    const slot = (counted: number): number => Math.floor(counted / width);
    let most = 0;
    for (let i = 0; i < 2_000; i++) {
      const call = breaker.admit();
      const after = scheduler.counted;
      call.complete();
      records.push({ after, before: scheduler.counted });

      const asked = scheduler.counted;
      const { totalCount } = breaker.info().metric;
      const mayHold = records.filter(({ before }) => slot(before) > slot(asked) - buckets).length;
      const mustHold = records.filter((record) => slot(record.after) > slot(scheduler.counted) - buckets).length;
      expect(totalCount).toBeLessThanOrEqual(mayHold);
      expect(totalCount).toBeGreaterThanOrEqual(mustHold);
      most = Math.max(most, totalCount);
    }
    expect(most).toBeGreaterThan(5);
  });

  it.each(SEEDS)('a count window holds the last calls, and their durations (seed %i)', (seed) => {
    const random = randomOf(seed);
    const scheduler = new WildScheduler(random, false);
    const breaker = new CircuitBreaker({ scheduler, window: countWindow(10), tripper: () => false });
    const durations: number[] = [];
    onEach(breaker.call$, ({ duration }) => durations.push(duration));
    for (let i = 0; i < 500; i++) {
      breaker.admit().complete();
      const last = durations.slice(-10);
      const { totalCount, totalDuration } = breaker.info().metric;
      expect(totalCount).toBe(last.length);
      expect(totalDuration).toBe(last.reduce((sum, duration) => sum + duration, 0));
    }
  });

  it.each(SEEDS)('permits by chance and by time let a call through in the end (seed %i)', (seed) => {
    for (const permit of [admitRandom(0.1), rampUp({ initial: 0.01, final: 1, duration: HOUR })]) {
      const random = randomOf(seed);
      const scheduler = new WildScheduler(random);
      const breaker = new CircuitBreaker({ scheduler, random, retry: cooldown(SECOND), permit });
      breaker.trip();
      scheduler.pass(SECOND);
      const source$ = NEVER.pipe(circuitBreaker(breaker));
      for (let i = 0; i < 1_000 && breaker.info().inFlight === 0; i++) source$.subscribe({ error: () => undefined });
      expect(breaker.info()).toMatchObject({ state: 'half_open', inFlight: 1 });
    }
  });
});
