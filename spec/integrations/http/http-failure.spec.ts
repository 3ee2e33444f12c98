import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import '@angular/compiler';
import { HttpErrorResponse } from '@angular/common/http';
import { HttpException, NotFoundException, ServiceUnavailableException } from '@nestjs/common';
import axios, { AxiosError, AxiosHeaders, CanceledError, type AxiosResponse } from 'axios';
import { lastValueFrom, NEVER, timeout } from 'rxjs';
import { AjaxError, AjaxTimeoutError, type AjaxRequest } from 'rxjs/ajax';
import { CallNotPermittedError } from 'rxjs-fluxgate';
import { httpFailure, type FailingStatuses, type StatusOptions } from 'rxjs-fluxgate/http';
import { ErrorEvent } from 'eventsource';
import { describe, expect, it, vi } from 'vitest';

const FAILING = [408, 429, 500, 502, 503, 504, 599];
const OTHERS = [304, 400, 401, 403, 404, 409, 410, 422, 451, 499, 600];

/** An error as rxjs/ajax makes it of an XMLHttpRequest that ended with the status. */
function ajaxError(status: number, message = `ajax error ${String(status)}`): AjaxError {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- only to be made by rxjs, and by its tests
  return new AjaxError(message, { status, responseType: 'json' } as XMLHttpRequest, {} as AjaxRequest);
}

function axiosError(status: number): AxiosError {
  const response = { status, data: { status: 500 } } as AxiosResponse;
  return new AxiosError('Request failed', AxiosError.ERR_BAD_REQUEST, undefined, undefined, response);
}

function coded(code: string, properties: object = {}): Error {
  return Object.assign(new Error(code), { code, ...properties });
}

const wrapped = (cause: unknown): Error => new Error('could not load the page', { cause });

function named(name: string, properties: object = {}): Error {
  return Object.assign(new Error('no'), { name }, properties);
}

/** The error of an SDK that sets no name: its classes are all that it is known by. */
function instanceNamed(...classes: string[]): Error {
  let made: new () => Error = Error;
  for (const name of classes) {
    made = class extends made {};
    Object.defineProperty(made, 'name', { value: name });
  }
  return new made();
}

/** As Safari makes the errors of its network: without a stack, a line or a file. */
function errorOfSafari(message: string): TypeError {
  const error = new TypeError(message);
  delete error.stack;
  return error;
}

function revoked(target: object = {}): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

describe('httpFailure', () => {
  const tracker = httpFailure();

  describe.each<[string, (status: number) => unknown]>([
    ['an AjaxError', ajaxError],
    ['an HttpErrorResponse of Angular', (status) => new HttpErrorResponse({ status, url: '/stock' })],
    ['an AxiosError', axiosError],
    ['an HttpException of Nest', (status) => new HttpException('no', status)],
    ['a Response', (status) => ({ __proto__: Response.prototype, status })],
    ['an error with a status', (status) => Object.assign(new Error('no'), { status })],
    ['an error with a statusCode', (status) => Object.assign(new Error('no'), { statusCode: status })],
    ['an error with a response', (status) => Object.assign(new Error('no'), { response: { status } })],
    [
      'an error with a response of Node',
      (status) => Object.assign(new Error('no'), { response: { statusCode: status } }),
    ],
    ['a cause with a status', (status) => wrapped(ajaxError(status))],
  ])('given %s', (_, errorOf) => {
    it.each(FAILING)('should count the status %i', (status) => {
      expect(tracker.test(errorOf(status))).toBe(true);
    });

    it.each(OTHERS)('should not count the status %i', (status) => {
      expect(tracker.test(errorOf(status))).toBe(false);
    });
  });

  it('should know a real Response that was thrown', () => {
    expect([500, 404].map((status) => tracker.test(new Response('', { status })))).toStrictEqual([true, false]);
    expect(tracker.test(Response.error())).toBe(true);
  });

  it.each([
    ['a network failure of rxjs/ajax', ajaxError(0, 'ajax error')],
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- only to be made by rxjs, and by its tests
    ['a time-out of rxjs/ajax', new AjaxTimeoutError({ status: 0 } as XMLHttpRequest, {} as AjaxRequest)],
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- only to be made by rxjs, and by its tests
    ['a time-out while the body came', new AjaxTimeoutError({ status: 200 } as XMLHttpRequest, {} as AjaxRequest)],
    ['a network failure of Angular', new HttpErrorResponse({ error: new Event('error'), status: 0 })],
    ['a time-out of Angular', new HttpErrorResponse({ error: new DOMException('late', 'TimeoutError'), status: 0 })],
    ['a network failure of axios in a browser', new AxiosError('Network Error', AxiosError.ERR_NETWORK)],
    ['a time-out of axios', new AxiosError('timeout of 200ms exceeded', AxiosError.ECONNABORTED)],
    ['a time-out that axios makes clear', new AxiosError('timeout of 200ms exceeded', AxiosError.ETIMEDOUT)],
    ['the end of an AbortSignal.timeout', new DOMException('The operation was aborted due to timeout', 'TimeoutError')],
    [
      'an AggregateError of a host with two addresses',
      new AggregateError([coded('ECONNREFUSED'), coded('EHOSTUNREACH')]),
    ],
    ['the same as a cause', new TypeError('other', { cause: new AggregateError([coded('ETIMEDOUT')]) })],
    ['a WebSocket or an EventSource that broke', new Event('error')],
    ['an EventSource that could not connect', new ErrorEvent('error', { code: undefined, message: 'fetch failed' })],
    ['an EventSource that was answered 503', new ErrorEvent('error', { code: 503, message: 'Non-200 status code' })],
    ['a WebSocket that was cut off', { type: 'close', target: {}, code: 1006, wasClean: false }],
    ['an XMLHttpRequest that ran out of time', new Event('timeout')],
  ])('should count %s', (_, error) => {
    expect(tracker.test(error)).toBe(true);
    expect(tracker.test(wrapped(wrapped(error)))).toBe(true);
    // Whatever the statuses are.
    expect(httpFailure({ statuses: [] }).test(error)).toBe(
      error instanceof ErrorEvent ? error.code === undefined : true,
    );
  });

  it.each<[string, unknown]>([
    ['a 503 of AWS SDK v3', named('ServiceUnavailable', { $fault: 'server', $metadata: { httpStatusCode: 503 } })],
    ['an answer that AWS SDK v3 cannot parse', Object.assign(new SyntaxError('<'), { $response: { statusCode: 502 } })],
    ['AWS, throttled by a 400', named('ThrottlingException', { $fault: 'client', $metadata: { httpStatusCode: 400 } })],
    [
      'AWS, throttled by a trait',
      named('Busy', { $retryable: { throttling: true }, $metadata: { httpStatusCode: 400 } }),
    ],
    ['a time-out of the AWS SDK', named('TimeoutError', { $metadata: { attempts: 3 } })],
    [
      'a network failure of urql',
      named('CombinedError', { graphQLErrors: [], networkError: new TypeError('fetch failed'), response: undefined }),
    ],
    [
      'a 503 of urql',
      named('CombinedError', { networkError: new Error('no'), response: new Response('', { status: 503 }) }),
    ],
    ['a 503 of Apollo', named('ServerError', { statusCode: 503 })],
    ['a time-out of node-fetch 2', named('FetchError', { type: 'request-timeout' })],
    ['a time-out of its body', named('FetchError', { type: 'body-timeout' })],
    ['a time-out of React Native', new TypeError('Network request timed out')],
    ['a time-out of c-ares', coded('ETIMEOUT', { syscall: 'queryA' })],
    ['a failing name server', coded('ESERVFAIL')],
    ['a refusing name server', coded('EREFUSED')],
    ['an HTTP/2 protocol error', coded('ERR_HTTP2_ERROR', { errno: -505 })],
    ['Safari without DNS', new TypeError('A server with the specified hostname could not be found.')],
    [
      'Safari without TLS',
      new TypeError('An SSL error has occurred and a secure connection to the server cannot be made.'),
    ],
    ['newer Safari without TLS', new TypeError('A TLS error caused the secure connection to fail.')],
    ['Safari with a bad certificate', new TypeError('The certificate for this server is invalid. You might be …')],
    ['Safari in German', errorOfSafari('Die Verbindung zum Server konnte nicht hergestellt werden.')],
    ['Safari in Japanese', errorOfSafari('サーバに接続できませんでした。')],
    ['Cloudflare Workers', new Error('Network connection lost.')],
    ['a Durable Object that is overloaded', Object.assign(new Error('busy'), { remote: true, overloaded: true })],
    ['Deno without a server', new TypeError('fetch failed', { cause: new Error('Connection refused (os error 111)') })],
    ['Deno, older', new TypeError('error sending request for url (http://a.example/): client error (Connect): …')],
    ['Deno, a body that breaks off', new TypeError('error reading a body from connection')],
    ['a class of Deno', named('ConnectionRefused')],
    ['Bun', coded('ConnectionRefused', { path: 'http://127.0.0.1/' })],
    ['Bun, a connection that breaks', coded('ConnectionClosed')],
    ['openai without a connection', instanceNamed('OpenAIError', 'APIError', 'APIConnectionError')],
    [
      'openai, out of time',
      instanceNamed('OpenAIError', 'APIError', 'APIConnectionError', 'APIConnectionTimeoutError'),
    ],
    ['a subclass of it', instanceNamed('APIConnectionTimeoutError', 'MyTimeout')],
    ['Stripe without a connection', instanceNamed('StripeError', 'StripeConnectionError')],
    ['a ConnectionError of Elasticsearch', named('ConnectionError', { meta: { meta: {} } })],
    ['a settled promise', { status: 'rejected', reason: coded('ECONNRESET') }],
    ['p-retry and friends', named('RetryError', { lastError: coded('ECONNRESET') })],
    ['a 503 in the message', new Error('HTTP error! Status: 503')],
  ])('should count %s', (_, error) => {
    expect(tracker.test(error)).toBe(true);
    expect(tracker.test(wrapped(error))).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a 400 of AWS SDK v3', named('ValidationException', { $fault: 'client', $metadata: { httpStatusCode: 400 } })],
    ['a name of AWS that comes from elsewhere', named('SlowDown', { status: 400 })],
    ['GraphQL errors of urql', named('CombinedError', { graphQLErrors: [new Error('no')], response: { status: 200 } })],
    ['JSON of node-fetch that is none', named('FetchError', { type: 'invalid-json' })],
    ['an answer that is too large for node-fetch', named('FetchError', { type: 'max-size' })],
    ['a wrong DNS query', coded('EBADNAME')],
    ['a DNS query that was cancelled', coded('ECANCELLED')],
    [
      'a bug in Safari',
      Object.assign(errorOfSafari("undefined is not an object (evaluating 'a.b')"), { line: 1, sourceURL: 'app.js' }),
    ],
    ['a TypeError that lost its stack on the way from a worker', { name: 'TypeError', message: 'x is not a function' }],
    ['openai, aborted by the user', instanceNamed('OpenAIError', 'APIError', 'APIUserAbortError')],
    ['a 404 in the message', new Error('status 404')],
    ['a number in the message that is no status', new Error('503 items are missing in 504 orders')],
    ['the status of something else', new Error('order 503: invalid code 500')],
    ['a long message', new Error(`status 503${' '.repeat(1_000)}`)],
    ['a class of a user', instanceNamed('ConnectionRefusedByUser')],
  ])('should not count %s', (_, error) => {
    expect(tracker.test(error)).toBe(false);
    expect(tracker.test(wrapped(error))).toBe(false);
  });

  it.each([
    ['status 503', 503],
    ['status: 503', 503],
    ['Status 503', 503],
    ['HTTP 503', 503],
    ['HTTP error 503', 503],
    ['HTTP error! status: 503', 503],
    ['Response status: 503', 503],
    ['Request failed with status code 503', 503],
    ['Unexpected status code 503 from /stock', 503],
    ['statusCode=503', 503],
    ['503 Service Unavailable', 503],
    ['503', 503],
    ['Error 503', 503],
  ])('should count an Error whose message is %j', (message) => {
    expect(tracker.test(new Error(message))).toBe(true);
    expect(tracker.test(new Error(message.replace('503', '404')))).toBe(false);
    expect(httpFailure({ statuses: [404] }).test(new Error(message.replace('503', '404')))).toBe(true);
  });

  it('should count a body that breaks off while axios reads it, though its status is good', () => {
    const response = { status: 200 } as AxiosResponse;
    const error = new AxiosError('stream has been aborted', 'ERR_BAD_RESPONSE', undefined, undefined, response);
    expect(tracker.test(error)).toBe(true);
  });

  it.each([0, 1, 23, 99, 600, 1006, 11_000, -32_000, NaN])('should not take the code %i for a status', (code) => {
    expect(httpFailure({ statuses: () => true }).test(Object.assign(new Error('no'), { code }))).toBe(false);
  });

  it('should count what timeout() throws', async () => {
    const error: unknown = await lastValueFrom(NEVER.pipe(timeout(1)), { defaultValue: undefined }).catch(
      (reason: unknown) => reason,
    );
    expect(tracker.test(error)).toBe(true);
  });

  it.each(
    (
      'ECONNREFUSED ECONNRESET ECONNABORTED ENOTFOUND EAI_AGAIN EAI_FAIL ETIMEDOUT ESOCKETTIMEDOUT EPIPE EHOSTUNREACH ' +
      'EHOSTDOWN ENETUNREACH ENETDOWN ENETRESET UND_ERR_CONNECT_TIMEOUT UND_ERR_HEADERS_TIMEOUT UND_ERR_BODY_TIMEOUT ' +
      'UND_ERR_SOCKET ERR_NETWORK HPE_INVALID_CONSTANT ERR_STREAM_PREMATURE_CLOSE ERR_HTTP2_STREAM_ERROR ' +
      'ERR_HTTP2_GOAWAY_SESSION EPROTO ERR_SSL_WRONG_VERSION_NUMBER ERR_TLS_CERT_ALTNAME_INVALID CERT_HAS_EXPIRED ' +
      'ERR_TLS_HANDSHAKE_TIMEOUT DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_VERIFY_LEAF_SIGNATURE'
    ).split(' '),
  )('should count the code %s, also of a cause', (code) => {
    expect(tracker.test(coded(code))).toBe(true);
    expect(tracker.test(new TypeError('other', { cause: coded(code) }))).toBe(true);
  });

  it.each([
    'fetch failed',
    'terminated',
    'Failed to fetch',
    'Failed to fetch (stock.example)',
    'network error',
    'NetworkError when attempting to fetch resource.',
    'Error in input stream',
    'Load failed',
    'Load failed (stock.example)',
    'The Internet connection appears to be offline.',
    'The network connection was lost.',
    'Could not connect to the server.',
    'The request timed out.',
    'Network request failed',
  ])('should count a TypeError of fetch: %s', (message) => {
    expect(tracker.test(new TypeError(message))).toBe(true);
    expect(tracker.test(new Error(message))).toBe(false);
  });

  it.each([
    'undefined is not a function',
    "Cannot read properties of undefined (reading 'status')",
    'Failed to parse URL from nope',
    "Failed to execute 'fetch' on 'Window': Invalid name",
    'Body is unusable: Body has already been read',
    'My fetch failed',
  ])('should not count a TypeError that is a bug: %s', (message) => {
    expect(tracker.test(new TypeError(message))).toBe(false);
  });

  it('should not count a TypeError whose cause is a wrong URL', async () => {
    const error: unknown = await fetch('nope').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(tracker.test(error)).toBe(false);
  });

  const aborted = AbortSignal.abort();
  const abortError: unknown = aborted.reason;
  it.each([
    ['of fetch', abortError],
    ['of Node', Object.assign(new Error('The operation was aborted'), { name: 'AbortError', code: 'ABORT_ERR' })],
    ['of axios', new CanceledError()],
    ['of axios, by a signal', new CanceledError('', { signal: aborted, headers: new AxiosHeaders() })],
    ['of axios in a browser', new AxiosError('Request aborted', AxiosError.ECONNABORTED)],
    ['of rxjs/ajax', ajaxError(0, 'aborted')],
    ['of Angular by fetch', new HttpErrorResponse({ error: abortError, status: 0 })],
    ['of Angular by XMLHttpRequest', new HttpErrorResponse({ error: new Event('abort'), status: 0 })],
    ['that another error wraps', wrapped(abortError)],
  ])('should not count a request that was aborted: %s', (_, error) => {
    expect(tracker.test(error)).toBe(false);
    expect(httpFailure({ statuses: () => true }).test(error)).toBe(false);
  });

  it('should count an AbortSignal.timeout that axios takes for a cancellation', async () => {
    const signal = AbortSignal.timeout(1);
    await vi.waitFor(() => expect(signal.aborted).toBe(true));
    const error: unknown = await axios.get('http://127.0.0.1', { signal }).catch((reason: unknown) => reason);
    expect(axios.isCancel(error)).toBe(true);
    expect(tracker.test(error)).toBe(true);
  });

  it('should count an AbortSignal.timeout of node:http', async () => {
    const error = await new Promise((resolve) => {
      // A server that never responds.
      const server = createServer(() => undefined).listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo;
        const request = get({ host: '127.0.0.1', port, signal: AbortSignal.timeout(20) });
        request.on('error', (reason) => {
          server.close();
          resolve(reason);
        });
      });
    });
    expect(error).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR' });
    expect(tracker.test(error)).toBe(true);
  });

  it.each([
    { name: 'AbortError' },
    { code: 'ERR_CANCELED' },
    { name: 'CallNotPermittedError' },
    { code: 'ECONNRESET' },
  ])('should not let the body of an answer decide: %o', (body) => {
    const statuses = [503, 404].map((status) => tracker.test(new HttpErrorResponse({ error: body, status })));
    expect(statuses).toStrictEqual([true, false]);
  });

  it.each([
    { status: 402, code: 'UNABLE_TO_CHARGE' },
    { statusCode: 404, code: 'GIFT_CERT' },
    { status: 400, code: 'ECONNRESET' },
    { code: 'UNABLE_TO_CHARGE' },
    { code: 'CERT_'.repeat(100_000) },
  ])('should not take the code of an application for one of the network: %o', (error) => {
    expect(tracker.test(error)).toBe(false);
  });

  it('should not count the rejection of another breaker, whatever opened that', () => {
    const details = { circuit: 'stock', state: 'open', retryAfter: 1, cause: coded('ECONNREFUSED') } as const;
    expect(tracker.test(new CallNotPermittedError(details))).toBe(false);
    expect(tracker.test(wrapped(new CallNotPermittedError(details)))).toBe(false);
  });

  it.each([
    new Error('boom'),
    new SyntaxError('Unexpected token'),
    coded('ENOENT'),
    coded('ERR_INVALID_URL'),
    coded('ERR_BAD_REQUEST'),
    coded('ERR_NETWORK_IMPORT_DISALLOWED'),
    { status: '503' },
    { type: 'error', message: 'an error that is no event' },
    { type: 'close', target: {}, code: 1000, wasClean: true },
    new ErrorEvent('error', { code: 404, message: 'Non-200 status code' }),
    new HttpErrorResponse({ error: { error: new SyntaxError(), text: '<' }, status: 200 }),
    'ECONNREFUSED',
    503,
    null,
    undefined,
    () => 503,
  ])('should not count an error without a sign of a failure: %o', (error) => {
    expect(tracker.test(error)).toBe(false);
  });

  describe('given causes of causes', () => {
    it('should let the outermost decide that explains itself', () => {
      expect(tracker.test(new NotFoundException('no', { cause: coded('ECONNREFUSED') }))).toBe(false);
      expect(tracker.test(new ServiceUnavailableException('no', { cause: axiosError(404) }))).toBe(true);
    });

    it('should look under a good status, which does not explain the error', () => {
      const error = new HttpErrorResponse({ error: new TypeError('terminated'), status: 200 });
      expect(tracker.test(error)).toBe(true);
    });

    it('should count several errors in one if any of them does', () => {
      expect(tracker.test(new AggregateError([axiosError(404), axiosError(503)]))).toBe(true);
      expect(tracker.test(new AggregateError([abortError, coded('ECONNREFUSED')]))).toBe(true);
      expect(tracker.test(new AggregateError([axiosError(404), new Error('boom')]))).toBe(false);
    });

    it('should end where they go round in a circle', () => {
      const first = new Error('first');
      first.cause = new Error('second', { cause: new AggregateError([first]) });
      expect(tracker.test(first)).toBe(false);
    });

    it('should end where each look makes a new one', () => {
      const endless = (): object => ({
        get cause() {
          return endless();
        },
      });
      expect(tracker.test(endless())).toBe(false);
    });
  });

  it('should take a property that cannot be read for absent', () => {
    const throwing = new Proxy(new Error('boom'), {
      get() {
        throw new Error('a trap');
      },
    });
    expect(tracker.test(throwing)).toBe(false);
    expect(tracker.test(wrapped(throwing))).toBe(false);
    for (const proxy of [revoked(), revoked(() => undefined), revoked([])]) {
      expect(tracker.test(proxy)).toBe(false);
      expect(tracker.test(wrapped(proxy))).toBe(false);
      expect(tracker.test(new AggregateError([proxy, coded('ECONNRESET')]))).toBe(true);
      expect(tracker.test(Object.assign(new Error('no'), { errors: proxy, response: proxy, config: proxy }))).toBe(
        false,
      );
    }
  });

  describe('given statuses', () => {
    it.each<[FailingStatuses, number[]]>([
      [
        [502, 503],
        [502, 503],
      ],
      [[], []],
      [(status) => status === 404, [404]],
      [(status) => status >= 400, [400, 404, 429, 500, 502, 503]],
    ])('should count those: %o', (statuses, failing) => {
      const chosen = httpFailure({ statuses });
      expect([200, 400, 404, 429, 500, 502, 503].filter((status) => chosen.test({ status }))).toStrictEqual(failing);
    });

    it('should count one below 400', () => {
      expect(httpFailure({ statuses: [302] }).test({ status: 302 })).toBe(true);
    });

    it('should be the default if undefined', () => {
      expect(FAILING.every((status) => httpFailure({ statuses: undefined }).test({ status }))).toBe(true);
    });

    it('should not change when the array does', () => {
      const statuses = [503];
      const chosen = httpFailure({ statuses });
      statuses.push(404);
      expect(chosen.test({ status: 404 })).toBe(false);
    });

    it('should throw what the function throws', () => {
      const boom = new Error('boom');
      const chosen = httpFailure({
        statuses: () => {
          throw boom;
        },
      });
      expect(() => chosen.test({ status: 503 })).toThrow(boom);
    });
  });

  it('should compose as other trackers do', () => {
    const composed = tracker.or((error) => error instanceof RangeError);
    expect([{ status: 503 }, new RangeError(), { status: 404 }].map((error) => composed.test(error))).toStrictEqual([
      true,
      true,
      false,
    ]);
  });

  const isGone = (status: number): boolean => status === 410;
  it.each<[StatusOptions | undefined, string]>([
    [undefined, 'httpFailure()'],
    [{}, 'httpFailure()'],
    [{ statuses: [502, 503] }, 'httpFailure({ statuses: [502, 503] })'],
    [{ statuses: isGone }, 'httpFailure({ statuses: isGone })'],
    [{ statuses: (status) => status > 500 }, 'httpFailure({ statuses: (status) => status > 500 })'],
  ])('should read like its code: %o', (options, code) => {
    expect(String(httpFailure(options))).toBe(code);
  });

  it.each<[unknown, ErrorConstructor, RegExp]>([
    [503, TypeError, /^httpFailure: options must be an object, got 503$/],
    [{ status: [503] }, TypeError, /^httpFailure got an unknown option "status"; it takes statuses$/],
    [{ statuses: 503 }, TypeError, /^httpFailure: statuses must be an array or a function, got 503$/],
    [{ statuses: null }, TypeError, /^httpFailure: statuses must be an array or a function, got null$/],
    [{ statuses: ['503'] }, TypeError, /^httpFailure: each of statuses must be an integer from 100 to 599, got "503"$/],
    [{ statuses: [99] }, RangeError, /^httpFailure: each of statuses .* got 99$/],
    [{ statuses: [600] }, RangeError, /^httpFailure: each of statuses .* got 600$/],
    [{ statuses: [NaN] }, RangeError, /^httpFailure: each of statuses .* got NaN$/],
    [{ statuses: [500.5] }, RangeError, /^httpFailure: each of statuses .* got 500.5$/],
  ])('should refuse httpFailure(%o)', (options, type, message) => {
    const make = (): unknown => httpFailure(options as StatusOptions);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});
