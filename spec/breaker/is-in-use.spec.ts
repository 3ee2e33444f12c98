import { CircuitBreaker, cooldown, type Call } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { isInUse } from '../../lib/breaker/is-in-use.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';

function make(): { breaker: CircuitBreaker; scheduler: ManualScheduler } {
  const scheduler = new ManualScheduler();
  return { breaker: new CircuitBreaker({ scheduler, retry: cooldown(10) }), scheduler };
}

describe('isInUse', () => {
  it.each<[string, (breaker: CircuitBreaker) => void]>([
    ['closed', () => undefined],
    ['half-open', (breaker) => breaker.halfOpen()],
  ])('should hold while %s with a call in flight', (_, enter) => {
    const { breaker } = make();
    enter(breaker);
    expect(isInUse(breaker)).toBe(false);
    const calls: Call<unknown>[] = [breaker.admit(), breaker.admit()];
    expect(isInUse(breaker)).toBe(true);
    calls[0]!.unsubscribe();
    expect(isInUse(breaker)).toBe(true);
    calls[1]!.unsubscribe();
    expect(isInUse(breaker)).toBe(false);
  });

  it('should hold while open, until the wait is over', () => {
    const { breaker, scheduler } = make();
    breaker.trip();
    expect(isInUse(breaker)).toBe(true);
    scheduler.step(9);
    expect(isInUse(breaker)).toBe(true);
    scheduler.step(1);
    expect(isInUse(breaker)).toBe(false);
  });

  it.each(['forceOpen', 'disable', 'metricsOnly'] as const)('should hold after %s(), until disposed', (command) => {
    const { breaker } = make();
    breaker[command]();
    expect(isInUse(breaker)).toBe(true);
    breaker.dispose();
    expect(isInUse(breaker)).toBe(false);
  });
});
