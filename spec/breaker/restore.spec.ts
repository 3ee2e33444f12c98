import {
  CircuitBreaker,
  cooldown,
  restore,
  snapshotOf,
  type BreakerSnapshot,
  type CircuitBreakerOptions,
  type Opening,
} from 'rxjs-fluxgate';
import { Subject } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { onEach } from '../support/script.ts';

const OPEN: BreakerSnapshot = {
  version: 1,
  name: 'stock',
  state: 'open',
  takenAt: 1_000,
  changedAt: 400,
  age: 600,
  reopens: 2,
  wait: 5_000,
  detail: 'trip(): by hand',
};

function made(clock: number, options: CircuitBreakerOptions = {}) {
  const scheduler = new ManualScheduler(clock);
  return { scheduler, breaker: new CircuitBreaker({ scheduler, ...options }) };
}

describe('restore', () => {
  it('should count the time that passed since the snapshot', () => {
    const { breaker } = made(3_000);
    restore(breaker, OPEN);
    expect(breaker.info()).toMatchObject({ state: 'open', changedAt: 400, retryAt: 6_000, reopens: 2 });
    expect(snapshotOf(breaker)).toMatchObject({ age: 2_600, wait: 3_000, detail: 'trip(): by hand' });
  });

  it('should count none if the clock of the new process is behind', () => {
    const { breaker } = made(200);
    restore(breaker, OPEN);
    expect(snapshotOf(breaker)).toMatchObject({ age: 600, wait: 5_000 });
    expect(breaker.info().retryAt).toBe(5_200);
  });

  it('should be due if the wait is over, and go half-open at the next call', () => {
    const { breaker } = made(1_000_000);
    restore(breaker, OPEN);
    expect(breaker.state).toBe('open');
    breaker.admit();
    expect(breaker.state).toBe('half_open');
  });

  it('should not ask the retry for a wait that is known', () => {
    const retry = vi.fn(() => 1);
    const { breaker } = made(1_000, { retry });
    restore(breaker, OPEN);
    expect(retry).not.toHaveBeenCalled();
  });

  it('should ask the retry about the opening if the wait is not known, and wait for its notifier', () => {
    const health$ = new Subject<void>();
    const openings: Opening[] = [];
    const { breaker } = made(3_000, { retry: (opening) => (openings.push(opening), health$) });
    restore(breaker, { ...OPEN, wait: null });
    expect(openings).toMatchObject([{ reopens: 2, cause: undefined, metric: { totalCount: 0 } }]);
    expect(() => breaker.admit()).toThrow('is open');
    health$.next();
    expect(breaker.state).toBe('half_open');
    expect(health$.observed).toBe(false);
  });

  it('should go half-open by itself while it is watched from before', () => {
    const { breaker, scheduler } = made(1_000);
    const states: string[] = [];
    onEach(breaker.signal$, ({ newState }) => void states.push(newState));
    restore(breaker, OPEN);
    scheduler.pass(4_999);
    expect(states).toStrictEqual([]);
    scheduler.pass(1);
    expect(states).toStrictEqual(['half_open']);
  });

  it('should leave a closed circuit as it is', () => {
    const { breaker } = made(1_000);
    const before = snapshotOf(breaker);
    restore(breaker, { ...OPEN, state: 'closed' });
    expect(snapshotOf(breaker)).toStrictEqual(before);
  });

  it.each<[string, (breaker: CircuitBreaker) => void]>([
    ['has a call in flight', (breaker) => breaker.admit()],
    ['has changed its state', (breaker) => breaker.trip()],
    [
      'has changed its state and back',
      (breaker) => ['trip' as const, 'reset' as const].forEach((command) => breaker[command]()),
    ],
    ['was restored before', (breaker) => restore(breaker, OPEN)],
    ['was disposed', (breaker) => breaker.dispose()],
  ])('should refuse a breaker that %s', (_, use) => {
    const { breaker } = made(1_000, { name: 'used', retry: cooldown(10) });
    use(breaker);
    const before = snapshotOf(breaker);
    const attempt = (): void => restore(breaker, OPEN);
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow('restore: the breaker must be new, but used has admitted a call or changed its state');
    expect(snapshotOf(breaker)).toStrictEqual(before);
  });

  const missing = Object.keys(OPEN)
    .filter((key) => key !== 'name')
    .map((key): [string, unknown] => [
      `no ${key}`,
      Object.fromEntries(Object.entries(OPEN).filter(([k]) => k !== key)),
    ]);

  it.each<[string, unknown]>([
    ...missing,
    ['a version as a text', { ...OPEN, version: '1' }],
    ['takenAt NaN', { ...OPEN, takenAt: NaN }],
    ['takenAt -Infinity', { ...OPEN, takenAt: -Infinity }],
    ['a negative age', { ...OPEN, age: -1 }],
    ['a negative wait', { ...OPEN, wait: -1 }],
    ['an infinite wait', { ...OPEN, wait: Infinity }],
    ['a wait as a text', { ...OPEN, wait: '5000' }],
    ['unsafe reopens', { ...OPEN, reopens: 2 ** 53 }],
    ['an endless detail', { ...OPEN, detail: 'x'.repeat(10_001) }],
    ['a state of Object.prototype', { ...OPEN, state: 'toString' }],
    ['a time that is an object', { ...OPEN, changedAt: { valueOf: () => 1 } }],
  ])('should refuse %s, and change nothing', (_, snapshot) => {
    const { breaker } = made(1_000);
    const before = snapshotOf(breaker);
    expect(() => restore(breaker, snapshot as BreakerSnapshot)).toThrow(/^restore: /);
    expect(snapshotOf(breaker)).toStrictEqual(before);
  });

  it('should take the longest detail that it may have', () => {
    const { breaker } = made(1_000);
    const detail = 'x'.repeat(10_000);
    restore(breaker, { ...OPEN, detail });
    expect(snapshotOf(breaker).detail).toBe(detail);
  });
});
