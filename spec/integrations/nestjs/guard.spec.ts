import {
  admitAll,
  always,
  anyError,
  CallNotPermittedError,
  CircuitBreaker,
  probes,
  type CallEvent,
} from 'rxjs-fluxgate';
import {
  concat,
  config,
  defer,
  finalize,
  NEVER,
  of,
  Subject,
  take,
  takeUntil,
  throwError,
  type Observable,
} from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { guard } from '../../../lib/integrations/nestjs/guard.ts';
import { collect } from '../../support/collect.ts';
import { onEach } from '../../support/script.ts';
import { getCounts } from '../../support/counts.ts';

const boom = new Error('boom');
const rejection = new CallNotPermittedError({ circuit: 'inner', state: 'open', retryAfter: 1, cause: boom });
const oneProbe = { retry: always(), permit: admitAll(), recovery: probes(1), maxProbes: 1 };
const none = { successes: 0, failures: 0, inFlight: 0, rejected: 0 };

const failing = (error: unknown): Observable<never> => throwError(() => error);

/** How the calls of a breaker end. */
function endsOf(breaker: CircuitBreaker): CallEvent['type'][] {
  const types: CallEvent['type'][] = [];
  onEach(breaker.call$, ({ type }) => types.push(type));
  return types;
}

describe.each(['end', 'first value'] as const)('a guard that settles by the %s', (settledBy) => {
  const guarded = (handled$: Observable<unknown>, breaker: CircuitBreaker) => guard(handled$, breaker, settledBy);

  it('should pass what the handler tells, and record it', () => {
    const breaker = new CircuitBreaker();
    expect(collect(guarded(of(1, undefined, boom), breaker))).toStrictEqual([1, undefined, boom, '|']);
    expect(collect(guarded(of(), breaker))).toStrictEqual(['|']);
    expect(collect(guarded(failing(boom), breaker))).toStrictEqual(['#', boom]);
    expect(getCounts(breaker)).toStrictEqual({ ...none, successes: 2, failures: 1 });
  });

  it.each([
    ['the defaults', {}],
    ["untracked: 'success'", { tracker: () => false, untracked: 'success' }],
    ['anyError()', { tracker: anyError() }],
  ] as const)('should count the rejection by a breaker inside for nothing, with %s', (_, options) => {
    const breaker = new CircuitBreaker(options);
    const ends = endsOf(breaker);
    expect(collect(guarded(failing(rejection), breaker))).toStrictEqual(['#', rejection]);
    expect(getCounts(breaker)).toStrictEqual(none);
    expect(ends).toStrictEqual(['ignored']);
  });

  it('should not close a half-open circuit by it, and give back the place of the probe', () => {
    const breaker = new CircuitBreaker({ ...oneProbe, untracked: 'success' });
    breaker.trip();
    for (const log of [collect(guarded(failing(rejection), breaker)), collect(guarded(failing(rejection), breaker))]) {
      expect(log).toStrictEqual(['#', rejection]);
    }
    expect([breaker.state, breaker.info().inFlight]).toStrictEqual(['half_open', 0]);
    collect(guarded(of(1), breaker));
    expect(breaker.state).toBe('closed');
  });

  it('should reject while the circuit is open, and leave the handler alone', () => {
    const breaker = new CircuitBreaker();
    breaker.forceOpen();
    const handled$ = new Subject();
    expect(collect(guarded(handled$, breaker))).toMatchObject(['#', { circuit: breaker.name }]);
    expect(handled$.observed).toBe(false);
  });

  it('should take leaving with a value for a success, and without one for nothing', () => {
    const breaker = new CircuitBreaker();
    const ends = endsOf(breaker);
    expect(collect(guarded(concat(of(1), NEVER), breaker).pipe(take(1)))).toStrictEqual([1, '|']);
    onEach(guarded(NEVER, breaker), () => undefined).unsubscribe();
    expect(ends).toStrictEqual(['success', 'cancelled']);
  });

  it('should report what a tripper throws when somebody leaves with a value', () => {
    const reported = vi.fn();
    config.onUnhandledError = reported;
    onTestFinished(() => void (config.onUnhandledError = null));
    const tripper = (): never => {
      throw boom;
    };
    const breaker = new CircuitBreaker({ tripper });
    const answer$ = new Subject();
    const subscription = onEach(guard(answer$, breaker, 'end'), () => undefined);
    answer$.next(1);
    subscription.unsubscribe();
    expect(reported.mock.calls).toStrictEqual([[boom]]);
  });

  it('should leave the handler alone if a listener that is told of the probe unsubscribes', () => {
    const told$ = new Subject<void>();
    const breaker = new CircuitBreaker({ ...oneProbe, listeners: [() => told$.next()] });
    breaker.trip();
    const handled = vi.fn(() => NEVER);
    expect(collect(guarded(defer(handled), breaker).pipe(takeUntil(told$)))).toStrictEqual(['|']);
    expect(handled).not.toHaveBeenCalled();
    expect(breaker.info()).toMatchObject({ state: 'half_open', inFlight: 0 });
  });

  it('should settle before what it guards is torn down', () => {
    const breaker = new CircuitBreaker();
    const inFlight: number[] = [];
    const handled$ = NEVER.pipe(finalize(() => inFlight.push(breaker.info().inFlight)));
    onEach(guarded(handled$, breaker), () => undefined).unsubscribe();
    expect(inFlight).toStrictEqual([0]);
  });

  it('should be a call for each subscription', () => {
    const breaker = new CircuitBreaker();
    const guarded$ = guarded(failing(boom), breaker);
    collect(guarded$);
    collect(guarded$);
    expect(getCounts(breaker)).toStrictEqual({ ...none, failures: 2 });
  });
});

describe('what comes after a value', () => {
  const after = (error: unknown): Observable<unknown> => concat(of(1), failing(error));

  it.each([
    ['end', boom, ['failure']],
    ['end', rejection, ['ignored']],
    ['first value', boom, ['success']],
    ['first value', rejection, ['success']],
  ] as const)('should count if the guard settles by the %s: %s', (settledBy, error, expected) => {
    const breaker = new CircuitBreaker();
    const ends = endsOf(breaker);
    expect(collect(guard(after(error), breaker, settledBy))).toStrictEqual([1, '#', error]);
    expect(ends).toStrictEqual(expected);
  });
});
