import { concat, config, NEVER, of, Subject, Subscription, throwError, TimeoutError } from 'rxjs';
import { CallNotPermittedError, CircuitBreaker, failureStreak, guarded, isCallNotPermitted } from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { getCounts, nothing } from '../support/counts.ts';

const boom = new Error('boom');
const success = { successes: 1, failures: 0, inFlight: 0, rejected: 0 };
const failure = { successes: 0, failures: 1, inFlight: 0, rejected: 0 };

describe('guarded', () => {
  it.each<[string, () => unknown, unknown]>([
    ['a promise', () => Promise.resolve(1), 1],
    ['a thenable', () => ({ then: (resolve: (value: number) => void) => resolve(1) }), 1],
    ['a value', () => 1, 1],
    ['undefined', () => undefined, undefined],
    ['an array, which is a value', () => [1, 2], [1, 2]],
    ['a text, which is a value', () => 'abc', 'abc'],
    ['an Observable, its last value', () => of(1, 2, 3), 3],
    ['an empty Observable', () => of(), undefined],
  ])('should resolve to %s', async (_, fn, value) => {
    for (const timeout of [undefined, 1_000]) {
      const breaker = new CircuitBreaker({ scheduler: new ManualScheduler() });
      expect(await guarded(breaker, fn, { timeout })()).toStrictEqual(value);
      expect(getCounts(breaker)).toStrictEqual(success);
    }
  });

  it.each<[string, () => unknown]>([
    ['rejects', () => Promise.reject(boom)],
    [
      'throws',
      () => {
        throw boom;
      },
    ],
    [
      'returns an Observable that errors',
      () =>
        concat(
          of(1),
          throwError(() => boom),
        ),
    ],
  ])('should reject if the function %s, never throw, and record a failure', async (_, fn) => {
    for (const timeout of [undefined, 1_000]) {
      const breaker = new CircuitBreaker({ scheduler: new ManualScheduler() });
      const promise = guarded(breaker, fn, { timeout })();
      await expect(promise).rejects.toBe(boom);
      expect(getCounts(breaker)).toStrictEqual(failure);
    }
  });

  it('should pass on its arguments and `this`', async () => {
    const prices = {
      currency: 'EUR',
      get: guarded(new CircuitBreaker(), function (this: { currency: string }, ...args: unknown[]) {
        return [this.currency, ...args];
      }),
    };
    expect(await prices.get(1, 'two')).toStrictEqual(['EUR', 1, 'two']);
  });

  it('should ask the breaker at each call, and not call the function of a rejected one', async () => {
    const fn = vi.fn(() => Promise.reject(boom));
    const call = guarded(new CircuitBreaker({ name: 'stock', tripper: failureStreak(1) }), fn);
    await expect(call()).rejects.toBe(boom);
    const rejected = call();
    await expect(rejected).rejects.toBeInstanceOf(CallNotPermittedError);
    await expect(rejected).rejects.toMatchObject({ circuit: 'stock', state: 'open', cause: boom });
    expect(fn).toHaveBeenCalledOnce();
  });

  it('should be in flight until the promise settles', async () => {
    const breaker = new CircuitBreaker();
    let resolve = (_value: number): void => undefined;
    const promise = guarded(breaker, () => new Promise<number>((done) => (resolve = done)))();
    expect(breaker.info().inFlight).toBe(1);
    resolve(5);
    expect(await promise).toBe(5);
    expect(breaker.info().inFlight).toBe(0);
  });

  it('should let the new state be met by code that awaits', async () => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
    const call = guarded(breaker, () => Promise.reject(boom));
    const state = await call().catch(() => breaker.state);
    expect(state).toBe('open');
  });

  describe('classify', () => {
    it.each<['success' | 'failure' | 'ignored' | undefined, object]>([
      ['success', success],
      ['failure', failure],
      ['ignored', nothing],
      [undefined, success],
    ])('should judge the value: %s', async (outcome, counts) => {
      const breaker = new CircuitBreaker();
      const classify = vi.fn(() => outcome);
      expect(await guarded(breaker, () => Promise.resolve(7), { classify })()).toBe(7);
      expect(classify.mock.calls).toStrictEqual([[7]]);
      expect(getCounts(breaker)).toStrictEqual(counts);
    });

    it('should judge each value of an Observable until the call settles', async () => {
      const breaker = new CircuitBreaker();
      const classify = vi.fn((value: number) => (value === 2 ? 'failure' : undefined));
      expect(await guarded(breaker, () => of(1, 2, 3), { classify })()).toBe(3);
      expect(classify.mock.calls).toStrictEqual([[1], [2]]);
      expect(getCounts(breaker)).toStrictEqual(failure);
    });

    it('should reject with what it throws, and cancel the call', async () => {
      const breaker = new CircuitBreaker();
      const classify = (): never => {
        throw boom;
      };
      for (const fn of [() => 1, () => Promise.resolve(1), () => of(1)]) {
        await expect(guarded<[], unknown>(breaker, fn, { classify })()).rejects.toBe(boom);
      }
      expect(getCounts(breaker)).toStrictEqual(nothing);
    });
  });

  describe('timeout', () => {
    it('should reject with a TimeoutError on time, abort the signal with it, and record a failure', async () => {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ scheduler });
      const seen: unknown[][] = [];
      const hang = (id: string, signal: AbortSignal): Promise<string> => {
        seen.push([id, signal]);
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(boom)));
      };
      const promise = guarded(breaker, hang, { timeout: 100 })('42');
      const signal = seen[0]?.[1] as AbortSignal;
      expect(seen).toStrictEqual([['42', expect.any(AbortSignal)]]);
      scheduler.pass(99);
      expect([signal.aborted, breaker.info().inFlight]).toStrictEqual([false, 1]);
      scheduler.pass(1);
      expect(signal.aborted).toBe(true);
      const error: unknown = await promise.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(TimeoutError);
      expect(signal.reason).toBe(error);
      expect(getCounts(breaker)).toStrictEqual(failure);
    });

    it('should record a failure, whatever the function emits when it is aborted', async () => {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ scheduler });
      const partial = (signal: AbortSignal): Subject<string> => {
        const source = new Subject<string>();
        signal.addEventListener('abort', () => source.next('partial'));
        return source;
      };
      const promise = guarded(breaker, partial, { timeout: 100, classify: () => 'success' })();
      scheduler.pass(100);
      await expect(promise).rejects.toBeInstanceOf(TimeoutError);
      expect(getCounts(breaker)).toStrictEqual(failure);
    });

    it('should reject with what the tracker throws about the time-out, and abort the signal', async () => {
      const scheduler = new ManualScheduler();
      const tracker = (): never => {
        throw boom;
      };
      const breaker = new CircuitBreaker({ scheduler, tracker });
      let aborted = false;
      const hang = (signal: AbortSignal) => {
        signal.addEventListener('abort', () => (aborted = true));
        return NEVER;
      };
      const promise = guarded(breaker, hang, { timeout: 100 })();
      scheduler.pass(100);
      await expect(promise).rejects.toBe(boom);
      expect(aborted).toBe(true);
      expect(getCounts(breaker)).toStrictEqual(nothing);
    });

    it('should report a scheduler whose timers throw when they are cancelled', async () => {
      const reported = vi.fn();
      config.onUnhandledError = reported;
      const schedule = (): Subscription =>
        new Subscription(() => {
          throw boom;
        });
      const breaker = new CircuitBreaker({ scheduler: { now: () => 0, schedule } });
      expect(await guarded(breaker, () => 1, { timeout: 100 })()).toBe(1);
      await Promise.resolve();
      config.onUnhandledError = null;
      expect(reported).toHaveBeenCalledTimes(1);
    });

    it('should unsubscribe an Observable at the time-out', async () => {
      const scheduler = new ManualScheduler();
      const source = new Subject<number>();
      const promise = guarded(new CircuitBreaker({ scheduler }), () => source, { timeout: 100 })();
      expect(source.observed).toBe(true);
      scheduler.pass(100);
      expect(source.observed).toBe(false);
      await expect(promise).rejects.toMatchObject({ name: 'TimeoutError' });
    });

    it('should hold no timer once the promise has settled, and abort nothing', async () => {
      const scheduler = new ManualScheduler();
      let signal: AbortSignal | undefined;
      const fn = (given: AbortSignal): number => {
        signal = given;
        return 1;
      };
      await guarded(new CircuitBreaker({ scheduler }), fn, { timeout: 100 })();
      expect(scheduler.timers).toBe(0);
      expect(signal?.aborted).toBe(false);
    });

    it('should start no timer for a rejected call', async () => {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ scheduler });
      breaker.forceOpen();
      const error: unknown = await guarded(breaker, () => NEVER, { timeout: 100 })().catch((reason: unknown) => reason);
      expect(isCallNotPermitted(error)).toBe(true);
      expect(scheduler.timers).toBe(0);
    });

    it('should give no signal without one', async () => {
      expect(await guarded(new CircuitBreaker(), (...args: unknown[]) => args.length)()).toBe(0);
    });
  });

  it.each<[unknown, unknown, unknown, ErrorConstructor, string]>([
    [{}, () => 1, {}, TypeError, 'guarded: breaker must be a CircuitBreaker, got an object'],
    [undefined, () => 1, {}, TypeError, 'guarded: breaker must be a CircuitBreaker, got undefined'],
    [new CircuitBreaker(), 5, {}, TypeError, 'guarded: fn must be a function, got 5'],
    [new CircuitBreaker(), () => 1, { timout: 5 }, TypeError, 'guarded got an unknown option "timout"'],
    [new CircuitBreaker(), () => 1, { timeout: 0 }, RangeError, 'guarded: timeout must be a finite number of ms'],
    [new CircuitBreaker(), () => 1, { timeout: '5' }, TypeError, 'guarded: timeout must be a finite number of ms'],
    [new CircuitBreaker(), () => 1, { classify: 'yes' }, TypeError, 'guarded: classify must be a function, got "yes"'],
  ])('should refuse guarded(%o, %o, %o)', (breaker, fn, options, type, message) => {
    const make = (): unknown => guarded(breaker as CircuitBreaker, fn as () => number, options as object);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});
