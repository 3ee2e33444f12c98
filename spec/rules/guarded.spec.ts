import { EMPTY, from, NEVER, of, Subject, throwError, TimeoutError, timer } from 'rxjs';

import { CircuitBreaker, failureStreak, guarded, isCallNotPermitted, type GuardedOptions } from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { getCounts } from '../support/counts.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';

const down = new Error('down');

describe('guarded()', () => {
  it('makes the same function, guarded: arguments, `this` and result pass unchanged', async () => {
    const breaker = new CircuitBreaker();
    const shop = {
      currency: '€',
      price: guarded(breaker, function (this: { currency: string }, id: string, amount: number) {
        return Promise.resolve(`${id}: ${String(amount)} ${this.currency}`);
      }),
    };
    expect(await shop.price('42', 9)).toBe('42: 9 €');
    expect(getCounts(breaker)).toMatchObject({ successes: 1, inFlight: 0 });
  });

  it('asks the breaker at each call, never when it is made', async () => {
    const breaker = new CircuitBreaker();
    breaker.forceOpen();
    const fn = vi.fn(() => Promise.resolve('value'));
    const call = guarded(breaker, fn);
    expect(breaker.info().rejected).toBe(0);
    const error = await call().catch((reason: unknown) => reason);
    expect(isCallNotPermitted(error)).toBe(true);
    expect(fn).not.toHaveBeenCalled();
    expect(breaker.info().rejected).toBe(1);
    breaker.reset();
    expect(await call()).toBe('value');
  });

  it.each<[string, () => unknown, unknown]>([
    ['a promise', () => Promise.resolve('value'), 'value'],
    ['a thenable', () => ({ then: (resolve: (value: string) => void) => resolve('value') }), 'value'],
    ['a value', () => 'value', 'value'],
    ['undefined', () => undefined, undefined],
    ['an array', () => [1, 2], [1, 2]],
    ['an Observable: its last value', () => of(1, 2, 3), 3],
    ['an Observable that is late', () => from(Promise.resolve('late')), 'late'],
    ['an Observable without a value', () => EMPTY, undefined],
  ])('takes what returns %s', async (_, fn, value) => {
    const breaker = new CircuitBreaker();
    expect(await guarded(breaker, fn)()).toStrictEqual(value);
    expect(getCounts(breaker)).toMatchObject({ successes: 1, failures: 0, inFlight: 0 });
  });

  it.each<[string, () => unknown]>([
    ['rejects', () => Promise.reject(down)],
    [
      'throws',
      () => {
        throw down;
      },
    ],
    ['returns an Observable that errs', () => throwError(() => down)],
  ])('rejects, and counts a failure, if the function %s', async (_, fn) => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
    await expect(guarded(breaker, fn)()).rejects.toBe(down);
    expect(breaker.info()).toMatchObject({ state: 'open', lastSignal: { cause: down } });
  });

  it('never throws synchronously', () => {
    const breaker = new CircuitBreaker();
    breaker.forceOpen();
    const promise = guarded(breaker, () => 'value')();
    expect(promise).toBeInstanceOf(Promise);
    return expect(promise).rejects.toThrow('forced_open');
  });

  it('classifies the value, which passes all the same', async () => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
    const options: GuardedOptions<{ status: number }> = {
      classify: ({ status }) => (status < 500 ? 'success' : 'failure'),
    };
    const fetched = guarded(breaker, (status: number) => Promise.resolve({ status }), options);
    expect(await fetched(404)).toStrictEqual({ status: 404 });
    expect(breaker.state).toBe('closed');
    expect(await fetched(503)).toStrictEqual({ status: 503 });
    expect(breaker.info()).toMatchObject({ state: 'open', lastSignal: { cause: { status: 503 } } });
  });

  it('ignores the rejection by an inner breaker', async () => {
    const inner = new CircuitBreaker();
    inner.forceOpen();
    const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
    const nested = guarded(
      breaker,
      guarded(inner, () => 'value'),
    );
    await expect(nested()).rejects.toThrow('forced_open');
    expect(breaker.info()).toMatchObject({ state: 'closed', ignored: 1 });
  });

  it('joined by Promise.all, all comes through: that ends no other call', async () => {
    const scheduler = new ManualScheduler();
    const breaker = new CircuitBreaker({ scheduler });
    breaker.halfOpen();
    const price = guarded(breaker, (id: number) => Promise.resolve(id));
    const ids = Array.from({ length: 11 }, (_, id) => id);
    await expect(Promise.all(ids.map((id) => price(id)))).rejects.toThrow('half_open');
    await new Promise(setImmediate);
    expect(breaker.state).toBe('closed');
  });

  describe('with a `timeout` in ms', () => {
    it('rejects with RxJS’s TimeoutError, counts a failure and aborts the signal', async () => {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ scheduler, tripper: failureStreak(1) });
      let seen: AbortSignal | undefined;
      const hang = (_id: string, signal: AbortSignal): Promise<string> => {
        seen = signal;
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
      };
      const result = guarded(breaker, hang, { timeout: 100 })('42').catch((error: unknown) => error);
      scheduler.pass(99);
      expect(seen?.aborted).toBe(false);
      expect(breaker.info().inFlight).toBe(1);
      scheduler.pass(1);
      expect(seen?.aborted).toBe(true);
      const error = await result;
      expect(error).toBeInstanceOf(TimeoutError);
      expect(breaker.info()).toMatchObject({ state: 'open', inFlight: 0 });
      expect(breaker.info().lastSignal?.cause).toBe(error);
    });

    it('leaves no timer behind, and aborts nothing, if the function is in time', async () => {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ scheduler });
      let seen: AbortSignal | undefined;
      const call = guarded(
        breaker,
        (signal: AbortSignal) => {
          seen = signal;
          return Promise.resolve('value');
        },
        { timeout: 100 },
      );
      expect(await call()).toBe('value');
      await new Promise(setImmediate);
      expect(scheduler.timers).toBe(0);
      scheduler.pass(1_000);
      expect(seen?.aborted).toBe(false);
      expect(getCounts(breaker)).toMatchObject({ successes: 1, failures: 0 });
    });

    it('tears an Observable down', async () => {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ scheduler });
      const source$ = new Subject<string>();
      const result = guarded(breaker, () => source$, { timeout: 100 })();
      expect(source$.observed).toBe(true);
      scheduler.pass(100);
      await expect(result).rejects.toBeInstanceOf(TimeoutError);
      expect(source$.observed).toBe(false);
      expect(getCounts(breaker)).toMatchObject({ failures: 1, inFlight: 0 });
    });
  });

  it.each<[string, () => unknown, RegExp]>([
    ['no breaker', () => guarded({} as never, () => 1), /guarded: breaker/],
    [
      'a promise in place of a function',
      () => guarded(new CircuitBreaker(), Promise.resolve() as never),
      /guarded: fn/,
    ],
    ['a timeout of 0', () => guarded(new CircuitBreaker(), () => 1, { timeout: 0 }), /timeout/],
    ['a timeout of NaN', () => guarded(new CircuitBreaker(), () => 1, { timeout: NaN }), /timeout/],
    ['a misspelt option', () => guarded(new CircuitBreaker(), () => 1, { timeOut: 5 } as never), /timeOut/],
    [
      'a classifier that is none',
      () => guarded(new CircuitBreaker(), () => 1, { classify: 'all' } as never),
      /classify/,
    ],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  it('is as patient as the function without a timeout', async () => {
    const breaker = new CircuitBreaker({ scheduler: new ManualScheduler() });
    const race = await Promise.race([
      guarded(breaker, () => NEVER)(),
      new Promise((done) => timer(5).subscribe({ next: done, error: done })),
    ]);
    expect(race).toBe(0);
    expect(breaker.info().inFlight).toBe(1);
  });
});
