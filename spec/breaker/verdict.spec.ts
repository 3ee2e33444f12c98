import {
  CircuitBreaker,
  failureStreak,
  probes,
  Tripper,
  type CallContext,
  type CircuitBreakerOptions,
} from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';

const down = new Error('down');

/** What the signal says of the next opening. */
function detailOf(options: CircuitBreakerOptions, prepare?: (breaker: CircuitBreaker) => void): string | undefined {
  const breaker = new CircuitBreaker({ retry: () => 0, ...options });
  prepare?.(breaker);
  let said: string | undefined;
  breaker.signal$.subscribe({
    next: ({ newState, detail }) => {
      if (newState === 'open') said = detail;
    },
    error: vi.fn(),
  });
  breaker.admit().error(down);
  return said;
}

const trip = (breaker: CircuitBreaker): void => breaker.trip();

describe('what a verdict says', () => {
  it('should be what the tripper explains', () => {
    expect(detailOf({ tripper: failureStreak(1) })).toBe('failureStreak(1): 1 failures in a row');
  });

  it('should be what the tripper explains if it holds when a recovery reopens', () => {
    expect(detailOf({ tripper: failureStreak(1), recovery: probes(1) }, trip)).toBe(
      'failureStreak(1): 1 failures in a row',
    );
  });

  it('should be how the probes went if the tripper does not hold when a recovery reopens', () => {
    expect(detailOf({ tripper: failureStreak(2), recovery: probes(3) }, trip)).toBe('1 of 1 probes failed');
  });

  it('should not depend on a tripper that the recovery did not ask and that throws', () => {
    const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const bug = new Error('bug');
    const tripper = (): boolean => {
      throw bug;
    };
    expect(detailOf({ tripper, recovery: probes(1) }, trip)).toBe('1 of 1 probes failed');
    expect(reported).toHaveBeenCalledExactlyOnceWith(bug);
  });

  it('should not keep a tripper from tripping that cannot explain itself', () => {
    const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const bug = new Error('bug');
    class Mute extends Tripper {
      test({ failures }: CallContext): boolean {
        return failures > 0;
      }
      override toString(): string {
        throw bug;
      }
    }
    expect(detailOf({ tripper: new Mute() })).toBe('the tripper held');
    expect(reported).toHaveBeenCalledExactlyOnceWith(bug);
  });
});
