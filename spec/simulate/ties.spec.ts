import { cooldown, failureStreak, probes, type CircuitBreakerOptions } from 'rxjs-fluxgate';
import { NEVER, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { changes, observe, traffic, type Row } from './support.ts';

const simple: CircuitBreakerOptions = { tripper: failureStreak(2), retry: cooldown(1_000), recovery: probes(1) };

function run(rows: readonly Row[], options: CircuitBreakerOptions = simple) {
  const { rejected, signals } = observe(traffic(rows), options);
  return { rejected: [...rejected], changes: changes({ signals: signals.map(({ signal }) => signal) }) };
}

describe('of equal times', () => {
  it('should come an end before an arrival', () => {
    const { rejected } = run([
      [0, 10, 500],
      [1, 9, 500],
      [10, 1],
    ]);
    expect(rejected).toStrictEqual([0, 0, 1]);
  });

  it('should come the ends in the order of starts', () => {
    const good = run([
      [0, 10, 500],
      [1, 9],
      [2, 8, 500],
      [20, 1],
    ]);
    expect(good.changes).toStrictEqual([]);
    const bad = run([
      [0, 10],
      [1, 9, 500],
      [2, 8, 500],
      [20, 1],
    ]);
    expect(bad.changes).toStrictEqual(['closed → open at 10']);
  });

  it('should come the end of a call that takes no time before the next arrival', () => {
    expect(
      run([
        [5, 0, 500],
        [5, 0, 500],
        [5, 0],
      ]).rejected,
    ).toStrictEqual([0, 0, 1]);
  });

  it('should come a timer before an arrival', () => {
    // Half-open by its timer, at the time of a call.
    const { changes: seen, rejected } = run([
      [0, 0, 500],
      [0, 0, 500],
      [1_000, 3, 500],
    ]);
    expect(seen).toStrictEqual(['closed → open at 0', 'open → half_open at 1000', 'half_open → open at 1003']);
    expect(rejected).toStrictEqual([0, 0, 0]);
  });

  it('should come a timer before an end', () => {
    // The probe times out at 1500, when it would have ended well.
    const { changes: seen } = run(
      [
        [0, 0, 500],
        [0, 0, 500],
        [1_000, 500],
      ],
      { ...simple, probeTimeout: 500 },
    );
    expect(seen.at(-1)).toBe('half_open → open at 1500');
  });

  it('should come timers in the order in which they were scheduled', () => {
    const seen: string[] = [];
    run(
      [
        [0, 0, 500],
        [0, 0, 500],
        [100, 0],
      ],
      {
        ...simple,
        retry: ({ scheduler }) => {
          scheduler.schedule(() => seen.push('first'), 50);
          scheduler.schedule(() => seen.push('second'), 50);
          return NEVER;
        },
      },
    );
    expect(seen).toStrictEqual(['first', 'second']);
  });

  it('should come a timer that another event sets for at once before the next event', () => {
    const { changes: seen } = run(
      [
        [0, 0, 500],
        [0, 0, 500],
        [0, 0, 500],
      ],
      { ...simple, retry: ({ scheduler }) => timer(0, scheduler) },
    );
    expect(seen.slice(0, 3)).toStrictEqual(['closed → open at 0', 'open → half_open at 0', 'half_open → open at 0']);
  });
});
