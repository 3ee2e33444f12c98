import type { Observable } from 'rxjs';
import { guarded, type CircuitBreaker } from 'rxjs-fluxgate';
import { describe, expectTypeOf, it } from 'vitest';

declare const breaker: CircuitBreaker;

describe('guarded', () => {
  it('should keep the arguments, and resolve to the value', () => {
    const price = guarded(breaker, (id: string, count?: number) => Promise.resolve(id.length + (count ?? 0)));
    expectTypeOf(price).toEqualTypeOf<(id: string, count?: number) => Promise<number>>();
    expectTypeOf(guarded(breaker, () => 'now')).returns.resolves.toBeString();
    expectTypeOf(guarded(breaker, () => [1, 2])).returns.resolves.toEqualTypeOf<number[]>();
  });

  it('should resolve to the last value of an Observable, or undefined', () => {
    const last = guarded(breaker, (): Observable<number> => null!);
    expectTypeOf(last).returns.resolves.toEqualTypeOf<number | undefined>();
  });

  it('should leave out the signal that a timeout adds', () => {
    const price = guarded(breaker, (id: string, signal: AbortSignal) => Promise.resolve([id, signal.aborted]), {
      timeout: 5,
    });
    expectTypeOf(price).parameters.toEqualTypeOf<[id: string]>();
  });

  it('should give the classifier the value', () => {
    guarded(breaker, () => Promise.resolve({ status: 200 }), {
      classify: (response) => {
        expectTypeOf(response).toEqualTypeOf<{ status: number }>();
        return 'success';
      },
    });
    // @ts-expect-error a classifier of another type
    guarded(breaker, () => 5, { classify: (value: string) => (value ? 'success' : 'failure') });
  });
});
