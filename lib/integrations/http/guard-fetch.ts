import type { CircuitBreaker } from '../../breaker/circuit-breaker.ts';
import type { CircuitBreakerRegistry } from '../../registry/circuit-breaker-registry.ts';
import type { Outcome } from '../../types/outcome.ts';
import { checkDuration, checkFunction, checkOptions, wrongType } from '../../util/check.ts';
import { fetchWithin } from './fetch-within.ts';
import { judge, toMeasure } from './judge.ts';
import { read, readPath } from './read.ts';
import { responseOutcome } from './response-outcome.ts';
import { resolveFailingStatus, type StatusOptions } from './status-options.ts';
import { toHostKey } from './to-host-key.ts';

/**
 * A function called as `fetch` is: the global one, or one of a library.
 *
 * @example
 * ```ts
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { guardFetch, type FetchLike } from 'rxjs-fluxgate/http';
 *
 * const fetchAmount = (_url: string) => Promise.resolve({ status: 200, amount: 42 });
 * const guarded = guardFetch(new CircuitBreaker(), { fetch: fetchAmount satisfies FetchLike });
 * console.log((await guarded('https://stock.example/42')).amount); // => 42
 * ```
 *
 * @see {@link guardFetch}
 */
export type FetchLike = (input: never, init?: never) => PromiseLike<unknown>;

/**
 * Options of {@link guardFetch}.
 *
 * @example
 * ```ts
 * import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
 * import { guardFetch, type GuardFetchOptions } from 'rxjs-fluxgate/http';
 *
 * // A breaker for each tenant of an API, and at most five seconds until the headers come.
 * const options: GuardFetchOptions = { key: ({ pathname }) => pathname.split('/')[1]!, timeout: 5_000 };
 * const registry = new CircuitBreakerRegistry();
 * await guardFetch(registry, { ...options, fetch: () => Promise.resolve(new Response()) })('https://api.example/tenant-7/items');
 * console.log([...registry].map(({ name }) => name)); // => [ 'tenant-7' ]
 * ```
 *
 * @see {@link guardFetch}
 */
export interface GuardFetchOptions<Fetch extends FetchLike = typeof globalThis.fetch> extends StatusOptions {
  /** The fetch to guard. Default the global one, looked up at each call, so that mocks and instrumentation apply. */
  readonly fetch?: Fetch | undefined;
  /**
   * Returns the key of the breaker in the registry. Default the host with its port, if that is not the default one, and
   * without the dot of a fully qualified name: `example.com.` is `example.com`.
   */
  readonly key?: ((url: URL) => string) | undefined;
  /**
   * After how many ms, above 0, without a response the request is aborted, with RxJS's `TimeoutError`. Default none: a
   * request that hangs is a call in flight until the client aborts it.
   */
  readonly timeout?: number | undefined;
}

/**
 * Returns a `fetch` guarded by circuit breakers, for every client that takes one: ky, openai, graphql-request, urql,
 * Apollo, axios's fetch adapter and others. A rejection rejects the promise with a `CallNotPermittedError`.
 *
 * *Details.* Given a registry, each host has a breaker of its own. A call ends with the headers: a failing status is a
 * failure, any other a success. The response is passed on untouched, its body unread. Network failures and time-outs
 * are failures; an abort by the caller's signal counts as cancelled, and a request that is aborted already or has a URL
 * without a host is not guarded. The breaker's own `tracker` and `untracked` are not asked.
 *
 * *Gotchas.* Several clients implement their own `timeout` by an abort without a reason, which looks like a
 * cancellation: set `timeout` here, below theirs. A body that breaks off after the headers is not seen. Let a client
 * that retries stop at a `CallNotPermittedError`, or set its retries to 0.
 *
 * @param breakers one breaker for all requests, or a registry for one a host
 * @param options `fetch`, `key`, `timeout` in ms, and `statuses` as of {@link httpFailure}
 * @throws TypeError or RangeError for bad arguments
 * @example
 * ```ts
 * import { CircuitBreakerRegistry, isCallNotPermitted } from 'rxjs-fluxgate';
 * import { guardFetch, httpDefaults } from 'rxjs-fluxgate/http';
 *
 * const registry = new CircuitBreakerRegistry(httpDefaults());
 * const down = () => Promise.resolve(new Response('', { status: 503 })); // in place of the global fetch
 * const guardedFetch = guardFetch(registry, { fetch: down });
 *
 * for (let i = 0; i < 5; i++) await guardedFetch('https://stock.example/42');
 * console.log(registry.get('stock.example').state); // => open
 * await guardedFetch('https://stock.example/42').catch((error: unknown) => console.log(isCallNotPermitted(error))); // => true
 * ```
 *
 * @see {@link httpDefaults}, whose `retry` honours `Retry-After` here too
 */
export function guardFetch(
  breakers: CircuitBreaker | CircuitBreakerRegistry,
  options?: GuardFetchOptions,
): typeof globalThis.fetch;
export function guardFetch<Fetch extends FetchLike>(
  breakers: CircuitBreaker | CircuitBreakerRegistry,
  options: GuardFetchOptions<Fetch>,
): Fetch;
export function guardFetch(
  breakers: CircuitBreaker | CircuitBreakerRegistry,
  options: GuardFetchOptions<FetchLike> = {},
): FetchLike {
  checkOptions('guardFetch', options, ['fetch', 'key', 'timeout', 'statuses']);
  const { fetch: given, key = toHostKey, timeout, statuses } = options;
  const isFailingStatus = resolveFailingStatus('guardFetch', { statuses });
  if (given !== undefined) checkFunction('guardFetch: fetch', given);
  checkFunction('guardFetch: key', key);
  if (timeout !== undefined) checkDuration('guardFetch: timeout', timeout);
  const getBreaker = toGetBreaker(breakers, key);
  const measure = toMeasure(isFailingStatus);
  const classifyResponse = responseOutcome({ statuses });

  const send = (input: unknown, init: unknown): PromiseLike<unknown> =>
    (given ?? globalThis.fetch)(input as never, init as never);

  const guarded = async (input: unknown, init?: object): Promise<unknown> => {
    const signal = getSignal(input, init);
    const breaker = signal?.aborted ? undefined : getBreaker(input);
    if (!breaker) return send(input, init);

    let hasFailed = false;
    const classify = (value: unknown): Outcome => {
      if (!hasFailed) return classifyResponse(value) ?? 'success';
      return judge(value, measure) === 'failure' ? 'failure' : 'ignored';
    };
    const call = breaker.admit(classify);
    let response: unknown;
    try {
      response = await (timeout === undefined
        ? send(input, init)
        : fetchWithin(timeout, signal, (withTimeout) => send(input, { ...init, signal: withTimeout })));
    } catch (error) {
      hasFailed = true;
      if (signal?.aborted && classify(error) !== 'failure') {
        call.unsubscribe();
      } else {
        call.next(error);
        // Settles a call that nothing is asked of, because the state has changed since.
        call.error(error);
      }
      throw error;
    }
    call.next(response);
    call.complete();
    return response;
  };
  return guarded;
}

/** The signal of a request: `init` has precedence, and `null` removes the one of a `Request`. */
function getSignal(input: unknown, init: unknown): AbortSignal | undefined {
  const signal = read(init, 'signal');
  return ((signal === undefined ? read(input, 'signal') : signal) ?? undefined) as AbortSignal | undefined;
}

function toGetBreaker(
  breakers: CircuitBreaker | CircuitBreakerRegistry,
  key: (url: URL) => string,
): (input: unknown) => CircuitBreaker | undefined {
  // By methods, so that those of another copy of the package do too.
  if (typeof read(breakers, 'admit') === 'function') return () => breakers as CircuitBreaker;
  if (typeof read(breakers, 'get') !== 'function' || read(breakers, 'signal$') === undefined) {
    throw wrongType('guardFetch: breakers', 'a CircuitBreaker or a CircuitBreakerRegistry', breakers);
  }
  return (input) => {
    const url = toUrl(input);
    return url && (breakers as CircuitBreakerRegistry).get(key(url));
  };
}

/** Returns the URL of a request to a host, or undefined; fetch itself rejects a URL that is malformed. */
function toUrl(input: unknown): URL | undefined {
  try {
    const text = String(typeof input === 'string' ? input : (read(input, 'url') ?? input));
    const url = new URL(text, readBaseUrl());
    return url.host ? url : undefined;
  } catch {
    return undefined;
  }
}

/** Returns what relative URLs are relative to in a browser. */
function readBaseUrl(): string | undefined {
  return (readPath(globalThis, 'document.baseURI') ?? readPath(globalThis, 'location.href')) as string | undefined;
}
