import type { MonoTypeOperatorFunction, Observable } from 'rxjs';
import { of, retry } from 'rxjs';
import type { CircuitBreaker, State } from 'rxjs-fluxgate';
import { retryBudget, retryWithin, unlessRejected, whenAvailable } from 'rxjs-fluxgate/retry';
import { chaos, drive, inTurn, outage, STATES, type ScriptedSource } from 'rxjs-fluxgate/testing';
import { expectTypeOf, it } from 'vitest';

interface Product {
  readonly id: string;
}
declare const breaker: CircuitBreaker;
const PEN: Product = { id: 'pen' };

it('should infer the values of scripted sources', () => {
  expectTypeOf(outage('ok')).toEqualTypeOf<ScriptedSource<number>>();
  expectTypeOf(outage('ok', { latency: 1 })).toEqualTypeOf<ScriptedSource<number>>();
  expectTypeOf(outage('ok', { value: PEN })).toEqualTypeOf<ScriptedSource<Product>>();
  expectTypeOf(outage('ok', { value: (attempt) => String(attempt) })).toEqualTypeOf<ScriptedSource<string>>();
  expectTypeOf(inTurn('none', { words: { none: () => of(PEN) } })).toEqualTypeOf<ScriptedSource<Product>>();
  expectTypeOf(inTurn('ok', { value: PEN })).toExtend<Observable<Product>>();
});

it('should let operators keep the type of the source', () => {
  const budget = retryBudget();
  expectTypeOf(of(PEN).pipe(retryWithin(budget))).toEqualTypeOf<Observable<Product>>();
  expectTypeOf(of(PEN).pipe(chaos({ rate: 1, fault: 'e' }), retryWithin(budget))).toEqualTypeOf<Observable<Product>>();
  expectTypeOf(of(PEN).pipe(retry({ delay: unlessRejected(1_000) }))).toEqualTypeOf<Observable<Product>>();
  expectTypeOf(retryWithin<number>(budget)).toEqualTypeOf<MonoTypeOperatorFunction<number>>();
});

it('should know states by their letters', () => {
  expectTypeOf(STATES.h).toEqualTypeOf<'half_open'>();
  expectTypeOf(STATES).toExtend<Record<string, State>>();
  expectTypeOf(whenAvailable(breaker)).toEqualTypeOf<Observable<State>>();
  expectTypeOf(drive(breaker, 's').outcome$).toEqualTypeOf<Observable<unknown>>();
});

it('should refuse what cannot work', () => {
  // @ts-expect-error a rate is needed
  chaos({ fault: 'e' });
  // @ts-expect-error no such option
  retryWithin(retryBudget(), { retries: 3 });
  // @ts-expect-error a delay is no text
  unlessRejected('1s');
});
