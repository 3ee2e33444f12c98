import {
  admitAll,
  always,
  CircuitBreaker,
  circuitBreaker,
  countWindow,
  failureStreak,
  metricOf,
  minRequests,
  never,
  slowRate,
  Tripper,
  type CallContext,
  type CallRecord,
  type Metric,
  type SlidingWindow,
  type TripperLike,
} from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { marbles } from '../support/marbles.ts';

/** Wraps a tripper without saying so. */
class Wrapper extends Tripper {
  protected readonly part: Tripper;

  constructor(part: Tripper) {
    super();
    this.part = part;
  }

  test(context: CallContext): boolean {
    return this.part.test(context);
  }
}

class Delegating extends Wrapper {
  override *[Symbol.iterator](): Generator<Tripper> {
    yield* this.part;
  }
}

class Yielding extends Wrapper {
  override *[Symbol.iterator](): Generator<Tripper> {
    yield this.part;
  }
}

class YieldingItselfToo extends Wrapper {
  override *[Symbol.iterator](): Generator<Tripper> {
    yield this;
    yield this.part;
  }
}

class Returning extends Wrapper {
  override [Symbol.iterator](): Iterator<Tripper> {
    return [this.part][Symbol.iterator]();
  }
}

/** Asks by itself, and names the threshold. */
class Telling extends Tripper {
  override readonly slowThresholds = [10];

  test({ metric }: CallContext): boolean {
    return (metric.slowRate(10) ?? 0) >= 1;
  }
}

const slow = slowRate(1, 10);

describe('the slow calls of a breaker', () => {
  it.each<[string, TripperLike]>([
    ['named by a part', minRequests(2).and(failureStreak(9).or(slow))],
    ['named by a part of a part negated twice', minRequests(2).and(slow.not().not())],
    ['named by a wrapper with yield*', minRequests(2).and(new Delegating(slow))],
    ['named by a wrapper with yield', minRequests(2).and(new Yielding(slow))],
    ['named by a wrapper that yields itself too', minRequests(2).and(new YieldingItselfToo(slow))],
    ['named by a wrapper that returns an iterator', minRequests(2).and(new Returning(slow))],
    ['named by a wrapper of a wrapper of a composed one', new Yielding(new Delegating(minRequests(2).and(slow)))],
    ['named by a property', minRequests(2).and(new Telling())],
  ])('should be counted from the first one on if they are %s', (_how, tripper) => {
    marbles((m) => {
      const breaker = new CircuitBreaker({ tripper, retry: never() });
      const first = m.cold(' 10ms |               ');
      const expected1 = '    10ms |               ';
      const second = m.cold('               10ms #');
      const expected2 = '    20ms #               ';
      const start = '        ----------^          ';
      const states = '       c 19ms o             ';
      m.expect(breaker.state$).toBeObservable(states, { c: 'closed', o: 'open' });
      m.expect(first.pipe(circuitBreaker(breaker))).toBeObservable(expected1);
      m.expect(second.pipe(circuitBreaker(breaker)), start).toBeObservable(expected2);
    })();
  });

  it.each<[string, TripperLike]>([
    ['a wrapper that yields nothing else', minRequests(2).and(new Wrapper(slow))],
    ['a plain function', minRequests(2).and(({ metric }) => (metric.slowRate(10) ?? 0) >= 1)],
    ['a plain function with a minimum of its own', ({ metric }) => metric.totalCount >= 2 && metric.slowRate(10) === 1],
    [
      'two plain functions',
      minRequests(2).and(({ metric }) => Math.min(metric.slowRate(9)!, metric.slowRate(10)!) === 1),
    ],
  ])('should be counted from then on if only the second asks for them, in %s', (_who, tripper) => {
    const scheduler = new ManualScheduler();
    const breaker = new CircuitBreaker({ tripper, scheduler, window: countWindow(2) });
    // A tripper is asked once a call: the first two came before the question.
    for (const state of ['closed', 'closed', 'closed', 'open']) {
      const call = breaker.admit();
      scheduler.pass(10);
      call.complete();
      expect(breaker.state).toBe(state);
    }
  });

  it('should be counted from the question on if more than a hundred calls came before it', () => {
    const scheduler = new ManualScheduler();
    const tripper = ({ metric }: CallContext): boolean => metric.totalCount > 100 && metric.slowRate(10)! > 0.01;
    const breaker = new CircuitBreaker({ tripper, scheduler, window: countWindow(1_000) });
    const states = Array.from({ length: 103 }, () => {
      const call = breaker.admit();
      scheduler.pass(10);
      call.complete();
      return breaker.state;
    });
    expect(states.indexOf('open')).toBe(102);
  });

  it.each<[string, TripperLike]>([
    ['a wrapper that yields nothing else', new Wrapper(slow)],
    ['a plain function', ({ metric }: CallContext) => (metric.slowRate(10) ?? 0) >= 0.5],
    ['a plain function, composed', failureStreak(9).or(({ metric }) => (metric.slowRate(10) ?? 0) >= 0.5)],
  ])('should be counted once they are asked for by %s', (_who, tripper) => {
    const like = tripper instanceof Wrapper ? new Wrapper(slowRate(0.5, 10)) : tripper;
    marbles((m) => {
      const breaker = new CircuitBreaker({ tripper: like });
      const calls = [0, 1, 2].map((begin) => {
        const source = m.cold('10ms |');
        m.expect(source.pipe(circuitBreaker(breaker)), `${'-'.repeat(begin)}^`).toBeObservable(
          `${String(begin + 10)}ms |`,
        );
        return source;
      });
      m.flush();
      expect(calls).toHaveLength(3);
      expect(breaker.state).toBe('open');
    })();
  });

  it('should be counted once they are asked for by a recovery, whatever the tripper', () => {
    const rates: (number | undefined)[] = [];
    const scheduler = new ManualScheduler();
    const breaker = new CircuitBreaker({
      tripper: failureStreak(9),
      retry: always(),
      permit: admitAll(),
      recovery: ({ metric }) => void rates.push(metric.slowRate(10)),
      scheduler,
    });
    breaker.trip();
    for (let i = 0; i < 3; i++) {
      const probe = breaker.admit();
      scheduler.pass(10);
      probe.complete();
    }
    expect(rates).toStrictEqual([0, 1 / 2, 2 / 3]);
  });

  it(
    'should not be counted without a question',
    marbles((m) => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(2) });
      const source = m.cold(' 1s |');
      const expected = '      1s |';
      m.expect(source.pipe(circuitBreaker(breaker))).toBeObservable(expected);
      m.flush();
      expect(breaker.info().metric.slowCounts.size).toBe(0);
    }),
  );

  it(
    'should pass the window which thresholds a call reached',
    marbles((m) => {
      const records: CallRecord[] = [];
      const window = (): SlidingWindow => ({
        record: (record) => void records.push(record),
        getMetric: () => metricOf({ totalCount: 0, failureCount: 0, totalDuration: 0, slowCounts: new Map() }),
        reset: () => undefined,
      });
      const tripper = slowRate(1, 10).or(slowRate(1, 20)).or(slowRate(0.5, 20)).or(slowRate(1, 30));
      const breaker = new CircuitBreaker({ window, tripper });
      for (const ms of [9, 10, 20, 31]) {
        const source = m.cold(`${String(ms)}ms |`);
        m.expect(source.pipe(circuitBreaker(breaker))).toBeObservable(`${String(ms)}ms |`);
      }
      m.flush();
      expect(records.map(({ duration, slowAt }) => [duration, ...slowAt])).toStrictEqual([
        [9],
        [10, 10],
        [20, 10, 20],
        [31, 10, 20, 30],
      ]);
    }),
  );

  it.each([slowRate(1, 20).or(slowRate(1, 50)), slowRate(1, 50).or(slowRate(1, 20))])(
    'should count a call by the lower of two thresholds, whichever is named first: %s',
    (tripper) => {
      marbles((m) => {
        const breaker = new CircuitBreaker({ tripper: tripper.and(minRequests(9)) });
        m.expect(m.cold('30ms |').pipe(circuitBreaker(breaker))).toBeObservable('30ms |');
        m.flush();
        expect([...breaker.info().metric.slowCounts]).toStrictEqual([[20, 1]]);
      })();
    },
  );

  it('should count by 32 thresholds at most of a tripper that comes up with another each time', () => {
    const scheduler = new ManualScheduler();
    let threshold = 0;
    const breaker = new CircuitBreaker({
      scheduler,
      tripper: ({ metric }) => metric.slowRate(++threshold) === Infinity,
    });
    for (let call = 0; call < 40; call++) {
      const slow = breaker.admit();
      scheduler.step(1_000);
      slow.complete();
    }
    const { slowCounts } = breaker.info().metric;
    // The first call was recorded before the first threshold was heard of.
    expect([...slowCounts.keys()]).toStrictEqual(Array.from({ length: 32 }, (_, i) => i + 1));
    expect([...slowCounts.values()]).toStrictEqual(Array.from({ length: 32 }, (_, i) => 39 - i));
  });

  it('should ask a window of your own, in its way, and not touch what it counts', () => {
    const plain = countWindow(9)();
    const slowCounts = new Map([[5, 7]]);
    const window: SlidingWindow = {
      record: (record) => plain.record(record),
      reset: () => plain.reset(),
      getMetric: (now) =>
        Object.assign(Object.create(plain.getMetric(now)) as Metric, { slowCounts, slowRate: () => 0.42 }),
    };
    const rates: unknown[] = [];
    const breaker = new CircuitBreaker({
      window: () => window,
      tripper: ({ metric }) => {
        rates.push(metric.slowRate(5));
        (metric.slowCounts as Map<number, number>).clear();
        return false;
      },
    });
    breaker.admit().complete();
    expect(rates).toStrictEqual([0.42]);
    expect([...slowCounts]).toStrictEqual([[5, 7]]);
  });
});
