import {
  CircuitBreaker,
  circuitBreaker,
  countWindow,
  failureRate,
  failureStreak,
  halfOpened,
  metricOf,
  minRequests,
  timeWindow,
  Tripper,
  type SlidingWindow,
  type TripperLike,
} from 'rxjs-fluxgate';
import { EMPTY } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';

class Wrapper extends Tripper {
  readonly #part: Tripper;

  constructor(part: Tripper) {
    super();
    this.#part = part;
  }

  test(): boolean {
    return false;
  }

  override *[Symbol.iterator](): Generator<Tripper> {
    yield this.#part;
  }
}

class NeedsEleven extends Tripper {
  override readonly minCalls = 11;

  test(): boolean {
    return false;
  }
}

function windowOf(capacity?: number): SlidingWindow {
  return {
    ...(capacity !== undefined && { capacity }),
    record: () => undefined,
    getMetric: () => metricOf({ totalCount: 0, failureCount: 0, totalDuration: 0, slowCounts: new Map() }),
    reset: () => undefined,
  };
}

describe('the window of a breaker', () => {
  it('should be made once for each breaker', () => {
    const make = vi.fn(countWindow(10));
    const options = { window: make, tripper: failureStreak(1) };
    new CircuitBreaker(options);
    new CircuitBreaker(options);
    expect(make).toHaveBeenCalledTimes(2);
  });

  it('should not be shared by breakers of the same options', () => {
    const options = { window: countWindow(10), tripper: failureStreak(9) };
    const [one, other] = [new CircuitBreaker(options), new CircuitBreaker(options)];
    one.admit().complete();
    expect([one, other].map((breaker) => breaker.info().metric.totalCount)).toStrictEqual([1, 0]);
  });

  it.each<[string, TripperLike]>([
    ['alone', minRequests(11)],
    ['first', minRequests(11).and(failureRate(0.5))],
    ['nested', failureStreak(5).or(failureRate(0.5).and(halfOpened().or(minRequests(11))))],
    ['negated', failureRate(0.5).and(minRequests(11).not())],
    ['wrapped', failureStreak(5).or(new Wrapper(failureRate(0.5).and(minRequests(11))))],
  ])('should refuse a minRequests above its size: %s', (_where, tripper) => {
    const make = (): unknown => new CircuitBreaker({ window: countWindow(10), tripper });
    expect(make).toThrow(RangeError);
    expect(make).toThrow(/^tripper: minRequests\(11\) can never hold, because the window keeps 10 calls; /);
    expect(make).toThrow(String(tripper));
  });

  it('should refuse a size below the minRequests of the default tripper', () => {
    const make = (): unknown => new CircuitBreaker({ window: countWindow(19) });
    expect(make).toThrow(RangeError);
    expect(make).toThrow(/minRequests\(20\) .* 19 calls/);
  });

  it('should refuse a minRequests above its size in the options of an operator', () => {
    expect(() => EMPTY.pipe(circuitBreaker({ window: countWindow(19) }))).toThrow(RangeError);
  });

  it("should refuse what users' trippers need and users' windows cannot hold", () => {
    const make = (capacity?: number) => () =>
      new CircuitBreaker({ window: () => windowOf(capacity), tripper: new NeedsEleven().or(failureStreak(1)) });
    expect(make(10)).toThrow(/^tripper: new NeedsEleven\(\) can never hold/);
    expect(make(11)).not.toThrow();
    expect(make()).not.toThrow();
  });

  it.each([
    { what: 'as many calls as it can hold', options: { window: countWindow(10), tripper: minRequests(10) } },
    { what: 'the default number of calls', options: { window: countWindow(20) } },
    { what: 'any number of calls in a time', options: { window: timeWindow(1), tripper: minRequests(1e9) } },
  ])('should take a minRequests of $what', ({ options }) => {
    expect(() => new CircuitBreaker(options)).not.toThrow();
  });

  it.each<[string, unknown]>([
    ['record', { getMetric: () => 0, reset: () => 0 }],
    ['getMetric', { record: () => 0, reset: () => 0 }],
    ['reset', { record: () => 0, getMetric: () => 0 }],
    ['record', undefined],
    ['record', null],
    ['record', 5],
  ])('should refuse a window without %s: %o', (method, window) => {
    const make = (): unknown => new CircuitBreaker({ window: () => window as SlidingWindow });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(`window: ${method} of the window it makes must be a function, got undefined`);
  });

  it('should let what the factory throws through', () => {
    const broken = (): SlidingWindow => {
      throw new Error('no window');
    };
    expect(() => new CircuitBreaker({ window: broken })).toThrow('no window');
  });
});
