import { of } from 'rxjs';
import { CircuitBreaker, circuitBreaker, isCallNotPermitted } from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { collect } from '../support/collect.ts';

describe('circuitBreaker of another copy of the package', () => {
  it('should take a breaker of another copy of the package', async () => {
    vi.resetModules();
    const other = await import('rxjs-fluxgate');
    expect(other.CircuitBreaker).not.toBe(CircuitBreaker);
    const breaker = new other.CircuitBreaker();
    const guarded$ = of(1).pipe(circuitBreaker(breaker));
    expect(collect(guarded$)).toStrictEqual([1, '|']);
    breaker.forceOpen();
    expect(isCallNotPermitted(collect(guarded$)[1])).toBe(true);
  });
});
