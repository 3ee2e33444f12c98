import { of, throwError } from 'rxjs';
import {
  CircuitBreaker,
  circuitBreaker,
  CircuitBreakerRegistry,
  countWindow,
  guarded,
  minRequests,
  restore,
  snapshotOf,
  type BreakerSnapshot,
} from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { halfOpenBreaker } from '../support/half-open-breaker.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { spyOnReports } from '../support/spy-on-reports.ts';

/** What a call with the source fails with. */
function errorOf(breaker: CircuitBreaker, source$ = of(1), classify?: () => unknown): unknown {
  let failure: unknown;
  source$
    .pipe(circuitBreaker(breaker, { classify: classify as () => 'success' }))
    .subscribe({ error: (error: unknown) => (failure = error) });
  return failure;
}

function wrong(options: Record<string, unknown>): CircuitBreaker {
  return new CircuitBreaker(options);
}

describe('what user code must not return is named, with what it got and what it takes', () => {
  const reported = spyOnReports();

  it('a classifier', () => {
    expect(errorOf(new CircuitBreaker(), of(1), () => 'maybe')).toStrictEqual(
      new TypeError(`classify: what it returns must be 'success', 'failure', 'ignored' or undefined, got "maybe"`),
    );
  });

  it.each(['success', 'failure', 'ignored', undefined])('a classifier may return %s', (outcome) => {
    expect(errorOf(new CircuitBreaker(), of(1), () => outcome)).toBeUndefined();
  });

  it('`untracked`', () => {
    const breaker = wrong({ tracker: () => false, untracked: () => 'failure' });
    expect(
      errorOf(
        breaker,
        throwError(() => new Error('down')),
      ),
    ).toStrictEqual(new TypeError(`untracked: what it returns must be 'ignored' or 'success', got "failure"`));
  });

  it.each(['ignored', 'success'])('`untracked` may return %s', (outcome) => {
    const down = new Error('down');
    const breaker = wrong({ tracker: () => false, untracked: () => outcome });
    expect(
      errorOf(
        breaker,
        throwError(() => down),
      ),
    ).toBe(down);
  });

  it('a recovery', () => {
    expect(errorOf(halfOpenBreaker({ recovery: () => 'maybe' as 'close' }))).toStrictEqual(
      new TypeError(`recovery: what it returns must be 'close', 'reopen' or undefined, got "maybe"`),
    );
  });

  it.each<[unknown, Error]>([
    ['5000', new TypeError('retry: what it returns must be a number of ms or a notifier, got "5000"')],
    [-1, new RangeError('retry: the ms that it returns must be at least 0, got -1')],
    [NaN, new RangeError('retry: the ms that it returns must be at least 0, got NaN')],
  ])('a retry: %o', (answer, error) => {
    wrong({ retry: () => answer }).trip();
    expect(reported.mock.calls).toStrictEqual([[error]]);
  });

  it('a scheduler', () => {
    const scheduler = new ManualScheduler(NaN);
    expect(() => new CircuitBreaker({ scheduler })).toThrow(
      new TypeError('scheduler: the time that now() returns must be a finite number of ms, got NaN'),
    );
  });
});

describe('bad configuration is named, with what it got and what it takes', () => {
  it('a tripper that asks for more calls than the window keeps', () => {
    const tripper = minRequests(11);
    expect(() => new CircuitBreaker({ window: countWindow(10), tripper })).toThrow(
      new RangeError(
        'tripper: minRequests(11) can never hold, because the window keeps 10 calls; ask for at most as many in ' +
          'minRequests(11)',
      ),
    );
  });

  it.each<[unknown, Error]>([
    [5, new TypeError('circuitBreaker: breaker must be a CircuitBreaker or an object of options, got 5')],
    [new CircuitBreakerRegistry(), new TypeError('circuitBreaker takes no registry; give it registry.get(key)')],
  ])('the breaker of an operator: %o', (breaker, error) => {
    expect(() => circuitBreaker(breaker as CircuitBreaker)).toThrow(error);
  });

  it('an option of `guarded` that there is not', () => {
    const make = guarded as (...args: unknown[]) => unknown;
    expect(() => make(new CircuitBreaker(), () => 1, { timeOut: 5 })).toThrow(
      /^guarded got an unknown option "timeOut"/,
    );
  });

  const snapshot = snapshotOf(new CircuitBreaker({ name: 'stock' }));

  it.each<[message: string, snapshot: unknown]>([
    ['restore: snapshot must be an object, got "text"', 'text'],
    ['restore: snapshot must be an object, got null', null],
    ['restore: version of the snapshot must be 1, got 2', { ...snapshot, version: 2 }],
    [
      'restore: state must be one of closed, open, half_open, metrics_only, disabled, forced_open, got "ajar"',
      { ...snapshot, state: 'ajar' },
    ],
    ['restore: takenAt must be a number, got "5"', { ...snapshot, takenAt: '5' }],
    ['restore: takenAt must be a finite number, got NaN', { ...snapshot, takenAt: NaN }],
    ['restore: changedAt must be a finite number, got Infinity', { ...snapshot, changedAt: Infinity }],
    ['restore: age must be a finite number of at least 0, got -1', { ...snapshot, age: -1 }],
    ['restore: reopens must be a finite number of at least 0, got -1', { ...snapshot, reopens: -1 }],
    ['restore: reopens must be an integer, got 1.5', { ...snapshot, reopens: 1.5 }],
    ['restore: wait must be a finite number of at least 0, got -1', { ...snapshot, wait: -1 }],
    ['restore: detail must be a text, got 5', { ...snapshot, detail: 5 }],
    ['restore: detail must have at most 10000 characters, got 10001', { ...snapshot, detail: 'x'.repeat(10_001) }],
    ['restore: age must be 2 ** 53 at most, got 1e+300', { ...snapshot, age: 1e300 }],
  ])('a snapshot: %s', (message, given) => {
    const attempt = (): void => restore(new CircuitBreaker(), given as BreakerSnapshot);
    expect(attempt).toThrow(message);
  });

  it.each([0, -5])('a snapshot of a clock that shows less than 0 is none: %d', (takenAt) => {
    expect(() => restore(new CircuitBreaker(), { ...snapshot, takenAt })).not.toThrow();
  });
});
