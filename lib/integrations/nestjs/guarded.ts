import { Inject } from '@nestjs/common';
import {
  catchError,
  defer,
  from,
  isObservable,
  lastValueFrom,
  Observable,
  of,
  tap,
  throwError,
  timeout as timeOut,
  type MonoTypeOperatorFunction,
  type ObservableInput,
} from 'rxjs';
import type { Call } from '../../breaker/call.ts';
import type { CircuitBreaker } from '../../breaker/circuit-breaker.ts';
import { isCallNotPermitted, type CallNotPermittedError } from '../../errors/call-not-permitted-error.ts';
import { circuitBreaker } from '../../operator/circuit-breaker.ts';
import { CircuitBreakerRegistry } from '../../registry/circuit-breaker-registry.ts';
import type { Classifier } from '../../types/outcome.ts';
import { checkDuration, checkFunction, checkOptions, wrongType } from '../../util/check.ts';
import { GUARDED_REGISTRY, getGuardedRegistry, setGuardedRegistry } from './guarded-registry.ts';

/**
 * Options of {@link Guarded}.
 *
 * @example
 * ```ts
 * import { Injectable } from '@nestjs/common';
 * import { Guarded, type GuardedOptions } from 'rxjs-fluxgate/nestjs';
 *
 * const options: GuardedOptions = { timeout: 2_000, fallback: (error, id) => `price of ${id} unknown: ${error.state}` };
 *
 * @Injectable()
 * class Prices {
 *   @Guarded('prices', options)
 *   async price(id: string): Promise<string> {
 *     return `42 for ${id}`;
 *   }
 * }
 * ```
 *
 * @see {@link Guarded}
 */
export interface GuardedOptions {
  /**
   * What a rejected call gets in place of the rejection: a value, a promise or an Observable. It is called with the
   * rejection and the arguments of the call, `this` being the instance, and not for other errors. Default none.
   */
  readonly fallback?: ((this: never, error: CallNotPermittedError, ...args: never[]) => unknown) | undefined;
  /** Judges a value of the method, as in `circuitBreaker`. Default the last value is a success. */
  readonly classify?: Classifier<never> | undefined;
  /** The ms to wait for each value, above 0; then the call fails with RxJS's `TimeoutError`. Default none. */
  readonly timeout?: number | undefined;
}

/**
 * A method that {@link Guarded} can guard.
 *
 * @example
 * ```ts
 * import type { GuardableMethod } from 'rxjs-fluxgate/nestjs';
 *
 * const price: GuardableMethod = (id: string) => Promise.resolve(`price of ${id}`);
 * console.log(price.length); // => 1
 * ```
 *
 * @see {@link Guarded}
 */
export type GuardableMethod = (...args: never[]) => PromiseLike<unknown> | Observable<unknown>;

/** What a method is known to return before it is called; undefined until its first call. */
type Kind = 'promise' | 'observable' | undefined;

type Method = (this: object, ...args: unknown[]) => unknown;

/**
 * Guards a method of any class that Nest makes by a breaker of the registry of {@link CircuitBreakerModule}.
 *
 * *Details.* A call of a method that returns a promise is a call of the breaker, and so is each subscription of an
 * Observable that a method returns. While the circuit is open the method is not called: the promise rejects, or the
 * Observable errors, with the `CallNotPermittedError`, or the fallback takes its place.
 *
 * *Gotchas.* Of other decorators, those that read the method as it is, such as `@Cron()`, may stand above or below. The
 * `timeout` ends the waiting and not the work of a promise.
 *
 * @param name the breaker's key in the registry; methods and handlers of the same name share it
 * @param options fallback, classifier and timeout; default none
 * @throws TypeError or RangeError for a bad name or options, or if it decorates anything but a method of instances; the
 * application does not start without a {@link CircuitBreakerModule}
 * @example
 * ```ts
 * import { Injectable } from '@nestjs/common';
 * import { Test } from '@nestjs/testing';
 * import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
 * import { CircuitBreakerModule, Guarded } from 'rxjs-fluxgate/nestjs';
 *
 * @Injectable()
 * class Prices {
 *   @Guarded('prices', { timeout: 2_000, fallback: () => 'unknown' })
 *   async price(id: string): Promise<string> {
 *     return (await fetch(`http://localhost:8080/price/${id}`)).text();
 *   }
 * }
 *
 * const app = await Test.createTestingModule({ imports: [CircuitBreakerModule.forRoot()], providers: [Prices] }).compile();
 * app.get(CircuitBreakerRegistry).get('prices').forceOpen();
 * console.log(await app.get(Prices).price('42')); // => unknown
 * ```
 *
 * @see {@link UseCircuitBreaker} for handlers
 * @see {@link CircuitBreakerFilter} for what becomes of a rejection that no fallback takes
 */
export function Guarded(
  name: string,
  options: GuardedOptions = {},
): <M extends GuardableMethod>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<M>) => void {
  if (typeof name !== 'string') throw wrongType('Guarded: name', 'a string', name);
  checkOptions('Guarded', options, ['fallback', 'classify', 'timeout']);
  const { fallback, classify, timeout } = options;
  if (fallback !== undefined) checkFunction('Guarded: fallback', fallback);
  if (classify !== undefined) checkFunction('Guarded: classify', classify);
  if (timeout !== undefined) checkDuration('Guarded: timeout', timeout);

  return (target, key, descriptor) => {
    const method: unknown = (descriptor as PropertyDescriptor | undefined)?.value;
    if (typeof target !== 'object' || typeof method !== 'function') {
      throw new TypeError(
        `Guarded("${name}") must decorate a method of instances, with TypeScript's experimentalDecorators`,
      );
    }
    const what = `${target.constructor.name}.${String(key)}`;
    const returnType: unknown = Reflect.getMetadata('design:returntype', target, key);
    const guarded = guardMethod(what, method as Method, toKind(method, returnType), name, options);
    descriptor.value = copyIdentity(guarded, method as Method) as never;
    injectRegistry(target);
  };
}

/** Makes Nest hand the registry to each instance; if there is none, the application does not start. */
function injectRegistry(prototype: object): void {
  if (GUARDED_REGISTRY in prototype) return;
  // A setter, so that the instance gets no property that is seen when it is printed or serialized.
  Object.defineProperty(prototype, GUARDED_REGISTRY, {
    configurable: true,
    set: setGuardedRegistry,
    get: () => undefined,
  });
  Inject(CircuitBreakerRegistry)(prototype, GUARDED_REGISTRY);
}

function toKind(method: object, returnType: unknown): Kind {
  // An async function is known as such, and so is what TypeScript has written down of the return type.
  if (method.constructor.name === 'AsyncFunction' || returnType === Promise) return 'promise';
  return returnType === Observable ? 'observable' : undefined;
}

/** The name, the length and the metadata of a method, which decorators below have set. */
function copyIdentity(copy: Method, method: Method): Method {
  for (const property of ['name', 'length']) {
    Object.defineProperty(copy, property, { value: Reflect.get(method, property) as unknown, configurable: true });
  }
  for (const key of Reflect.getMetadataKeys(method) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, method), copy);
  }
  return copy;
}

function guardMethod(what: string, method: Method, known: Kind, name: string, options: GuardedOptions): Method {
  const { fallback, timeout, classify } = options as GuardedOptions & { readonly classify?: Classifier<unknown> };
  const config = { classify };
  let kind = known;

  const withTimeout: MonoTypeOperatorFunction<unknown> =
    timeout === undefined ? (source$) => source$ : timeOut(timeout);

  /** Guards `run`, which is called at each subscription. */
  function guard(breaker: () => CircuitBreaker, run: () => unknown): Observable<unknown> {
    const result$ = defer(() => run() as ObservableInput<unknown>).pipe(withTimeout);
    return defer(() => result$.pipe(circuitBreaker(breaker(), config)));
  }

  /** Goes on with the first call of a method of which it is not known what it returns. */
  function callUnknown(
    call: Call<unknown>,
    breaker: () => CircuitBreaker,
    run: () => unknown,
  ): Observable<unknown> | PromiseLike<unknown> {
    let result: unknown;
    try {
      result = run();
    } catch (error) {
      call.error(error);
      throw error;
    }
    if (isPromiseLike(result)) {
      kind = 'promise';
      return lastValue(from(result).pipe(withTimeout, tap(call)));
    }
    // Not yet subscribed, so it has been no call.
    call.unsubscribe();
    if (!isObservable(result)) throw wrongType(`Guarded: what ${what} returns`, 'a promise or an Observable', result);
    kind = 'observable';
    let first: Observable<unknown> | undefined = result;
    return guard(breaker, () => {
      const once = first ?? run();
      first = undefined;
      return once;
    });
  }

  return function (this: object, ...args: unknown[]): unknown {
    const registry = getGuardedRegistry(this);
    if (!registry) {
      throw new Error(
        `${what} is @Guarded but its instance has no CircuitBreakerRegistry: it must be a provider of Nest`,
      );
    }
    const breaker = (): CircuitBreaker => registry.get(name);
    const run = (): unknown => Reflect.apply(method, this, args);
    const fallBack = catchError((error: unknown) =>
      fallback && isCallNotPermitted(error)
        ? toObservable(Reflect.apply(fallback, this as never, [error, ...(args as never[])]))
        : throwError(() => error as Error),
    );
    if (kind === 'promise') return lastValue(guard(breaker, run).pipe(fallBack));
    if (kind === 'observable') return guard(breaker, run).pipe(fallBack);

    let call: Call<unknown>;
    try {
      call = breaker().admit(classify);
    } catch (error) {
      return toPromiseAndObservable(throwError(() => error as Error).pipe(fallBack));
    }
    const result = callUnknown(call, breaker, run);
    return isObservable(result) ? result.pipe(fallBack) : lastValue(from(result).pipe(fallBack));
  };
}

/** What a rejected call returns while it is not known which of the two is expected. */
function toPromiseAndObservable(result$: Observable<unknown>): Observable<unknown> & Promise<unknown> {
  const methods: Pick<Promise<unknown>, 'then' | 'catch' | 'finally'> = {
    then: (onFulfilled, onRejected) => lastValue(result$).then(onFulfilled, onRejected),
    catch: (onRejected) => lastValue(result$).catch(onRejected),
    finally: (onFinally) => lastValue(result$).finally(onFinally),
  };
  return Object.assign(result$, methods) as Observable<unknown> & Promise<unknown>;
}

function lastValue(result$: Observable<unknown>): Promise<unknown> {
  return lastValueFrom(result$, { defaultValue: undefined });
}

function toObservable(value: unknown): Observable<unknown> {
  return isObservable(value) || isPromiseLike(value) ? from(value) : of(value);
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}
