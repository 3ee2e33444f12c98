import '@angular/compiler';
import { HttpErrorResponse, HttpHeaders } from '@angular/common/http';
import { AxiosError, AxiosHeaders, type AxiosResponse } from 'axios';
import { catchError, of, throwError, VirtualTimeScheduler, type Observable } from 'rxjs';
import { AjaxError, AjaxResponse, type AjaxRequest } from 'rxjs/ajax';
import { always, CircuitBreaker, circuitBreaker, cooldown, failureStreak, type Retry } from 'rxjs-fluxgate';
import { httpFailure, responseOutcome, retryAfter, type RetryAfterOptions } from 'rxjs-fluxgate/http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { marbles } from '../../support/marbles.ts';
import { openingOf } from '../../support/fixtures.ts';

const FALLBACK = 7;

/** What it waits after that header, in ms; 7 is the fallback. */
function waitAfter(headers: Record<string, string>, now = 0, options: RetryAfterOptions = {}): unknown {
  const scheduler = new VirtualTimeScheduler();
  scheduler.frame = now;
  const retry = retryAfter(() => FALLBACK, options);
  return retry(openingOf({ cause: new Response('', { status: 503, headers }), scheduler }));
}

function xhrWith(headers: Record<string, string>): XMLHttpRequest {
  return {
    status: 503,
    response: null,
    getResponseHeader: (name: string) => headers[name.toLowerCase()] ?? null,
    getAllResponseHeaders: () =>
      Object.entries(headers)
        .map((line) => line.join(': '))
        .join('\r\n'),
  } as XMLHttpRequest;
}

function axiosError(headers: AxiosHeaders | Record<string, string>): AxiosError {
  return new AxiosError('no', 'ERR_BAD_RESPONSE', undefined, undefined, { status: 503, headers } as AxiosResponse);
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const raw = { 'content-type': 'text/plain', 'retry-after': '30' };
const headers = new Headers(raw);

describe('retryAfter', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it.each<[string, unknown]>([
    ['a Response', new Response('', { headers })],
    ['an error that holds a Response', Object.assign(new Error('no'), { response: new Response('', { headers }) })],
    ['an HttpErrorResponse of Angular', new HttpErrorResponse({ status: 503, headers: new HttpHeaders(raw) })],
    ['an AxiosError', axiosError(new AxiosHeaders(raw))],
    ['an AxiosError with plain headers', axiosError(raw)],
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- only to be made by rxjs, and by its tests
    ['an AjaxError', new AjaxError('no', xhrWith(raw), {} as AjaxRequest)],
    ['an AjaxResponse', new AjaxResponse({} as ProgressEvent, xhrWith(raw), {} as AjaxRequest)],
    ['the headers of an AjaxResponse', { responseHeaders: { 'Retry-After': '30\r' } }],
    ['plain headers in upper case', { headers: { 'RETRY-AFTER': '30' } }],
    ['plain headers in mixed case', { headers: { 'Retry-After': '30' } }],
    ['a number', { headers: { 'retry-after': 30 } }],
    ['a list of values, as headersDistinct of Node has', { headers: { 'retry-after': ['30', '60'] } }],
    ['the raw headers of Node', { headers: ['Content-Type', 'text/plain', 'Retry-After', '30'] }],
    [
      'the raw headers of Node, of which one has the name of another as its value',
      { headers: ['Access-Control-Expose-Headers', 'Retry-After', 'Retry-After', '30'] },
    ],
    ['a response with plain headers', { response: { headers: raw } }],
    ['an error of AWS SDK v3', Object.assign(new Error('no'), { $response: { statusCode: 503, headers: raw } })],
    ['the milliseconds of Azure and OpenAI', { headers: { 'retry-after-ms': '30000', 'retry-after': '60' } }],
    ['milliseconds that are none', { headers: { 'retry-after-ms': 'soon', 'retry-after': '30' } }],
    ['a cause', new Error('could not load', { cause: axiosError(raw) })],
    ['headers without it, of a cause that has it', Object.assign(axiosError({}), { cause: { headers } })],
  ])('should find the header of %s', (_, cause) => {
    expect(retryAfter(() => FALLBACK)(openingOf({ cause }))).toBe(30_000);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a revoked proxy', revoked()],
    ['headers that are a revoked proxy', { headers: revoked() }],
    ['a response that is a revoked proxy', { response: revoked(), errors: revoked() }],
    ['a text', 'Retry-After: 30'],
    ['an error', new Error('no')],
    ['an error without headers', axiosError({})],
    ['a header that is null', { headers: { 'retry-after': null } }],
    ['headers that are no object', { headers: 'retry-after: 30' }],
    [
      'headers that cannot be read',
      {
        headers: {
          get(): string {
            throw new Error('a trap');
          },
        },
      },
    ],
  ])('should ask the fallback, given %s', (_, cause) => {
    const fallback = vi.fn<Retry>(() => FALLBACK);
    const opening = openingOf({ cause });
    expect(retryAfter(fallback)(opening)).toBe(FALLBACK);
    expect(fallback).toHaveBeenCalledOnce();
    expect(fallback.mock.calls[0]![0]).toBe(opening);
  });

  it('should not ask the fallback if the server asked for a time', () => {
    const fallback = vi.fn<Retry>();
    void retryAfter(fallback)(openingOf({ cause: { headers } }));
    expect(fallback).not.toHaveBeenCalled();
  });

  it.each<[string, unknown]>([
    ['1', 1_000],
    ['30', 30_000],
    [' 30 ', 30_000],
    ['300', 300_000],
    ['301', 300_000],
    ['9'.repeat(400), 300_000],
    ['0', FALLBACK],
    ['-30', FALLBACK],
    ['+30', FALLBACK],
    ['1.5', 1_500],
    ['0.0001', 1],
    ['64.57', 64_570],
    ['0.0', FALLBACK],
    ['.5', FALLBACK],
    ['5.', FALLBACK],
    ['1,5', FALLBACK],
    ['0x10', FALLBACK],
    ['-1.5', FALLBACK],
    ['NaN', FALLBACK],
    ['9007199254740993', 300_000],
    ['1e3', FALLBACK],
    ['30 s', FALLBACK],
    ['Monday 2027', FALLBACK],
    ['Sun, 06 Nov 1994 08:49:37 +0200', FALLBACK],
    ['Sun, 06 Nov 1994 08:49:37 EST', FALLBACK],
    ['Infinity', FALLBACK],
    ['', FALLBACK],
    ['soon', FALLBACK],
    ['May 5', FALLBACK],
    ['2026-11-26T00:00:00Z', FALLBACK],
    ['Sun, 99 Nov 1994 08:49:37 GMT', FALLBACK],
  ])('should wait after %j: %o ms', (header, wait) => {
    expect(waitAfter({ 'retry-after': header })).toBe(wait);
  });

  describe('given a date', () => {
    const sent = Date.UTC(1994, 10, 6, 8, 49, 7);
    it.each(['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])(
      'should wait until %s by the time of the scheduler',
      (date) => {
        // Where the local time is not GMT, the zone that the last one lacks matters.
        vi.stubEnv('TZ', 'America/New_York');
        expect(waitAfter({ 'retry-after': date }, sent)).toBe(30_000);
      },
    );

    const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
    it('should count from the Date of the response, so that the clock of the client does not matter', () => {
      const response = { 'retry-after': date, date: 'Sun, 06 Nov 1994 08:49:27 GMT' };
      expect([0, sent, sent + 1e9].map((now) => waitAfter(response, now))).toStrictEqual([10_000, 10_000, 10_000]);
    });

    it('should count from the time of the scheduler if that Date is none', () => {
      expect(waitAfter({ 'retry-after': date, date: 'today' }, sent)).toBe(30_000);
    });

    it.each([sent + 30_000, sent + 1e9])('should ask the fallback if it is past: at %i', (now) => {
      expect(waitAfter({ 'retry-after': date }, now)).toBe(FALLBACK);
    });

    it('should not wait longer than max', () => {
      expect(waitAfter({ 'retry-after': date }, 0)).toBe(300_000);
    });
  });

  it('should wait at most max', () => {
    expect(waitAfter({ 'retry-after': '30' }, 0, { max: 20_000 })).toBe(20_000);
    expect(waitAfter({ 'retry-after': '10' }, 0, { max: 20_000 })).toBe(10_000);
    expect(waitAfter({ 'retry-after': '10' }, 0, { max: undefined })).toBe(10_000);
  });

  it('should not bound the fallback', () => {
    expect(retryAfter(cooldown(60_000), { max: 1 })(openingOf())).toBe(60_000);
    const notifier = of('now');
    expect(retryAfter(() => notifier)(openingOf())).toBe(notifier);
  });

  it.each<[string, (breaker: CircuitBreaker) => Observable<unknown>]>([
    [
      'error',
      (breaker) =>
        throwError(() => axiosError(raw)).pipe(
          circuitBreaker(breaker),
          catchError(() => of('failed')),
        ),
    ],
    [
      'response',
      (breaker) =>
        of(new Response('', { status: 503, headers })).pipe(circuitBreaker(breaker, { classify: responseOutcome() })),
    ],
  ])('should keep the circuit open as long as the %s that opened it asks', (_, call) => {
    marbles((m) => {
      const breaker = new CircuitBreaker({
        tracker: httpFailure(),
        tripper: failureStreak(1),
        retry: retryAfter(always()),
      });
      m.expect(breaker.state$).toBeObservable('o 29999ms h', { o: 'open', h: 'half_open' });
      call(breaker).subscribe();
    })();
  });

  it.each<[unknown, unknown, ErrorConstructor, RegExp]>([
    [undefined, {}, TypeError, /^retryAfter: fallback must be a function, got undefined$/],
    [1_000, {}, TypeError, /^retryAfter: fallback must be a function, got 1000$/],
    [always(), 60_000, TypeError, /^retryAfter: options must be an object, got 60000$/],
    [always(), { maximum: 1 }, TypeError, /^retryAfter got an unknown option "maximum"; it takes max$/],
    [always(), { max: 0 }, RangeError, /^retryAfter: max must be a finite number of ms above 0, got 0$/],
    [always(), { max: Infinity }, RangeError, /^retryAfter: max .* got Infinity$/],
    [always(), { max: '1' }, TypeError, /^retryAfter: max .* got "1"$/],
  ])('should refuse retryAfter(%o, %o)', (fallback, options, type, message) => {
    const make = (): unknown => retryAfter(fallback as Retry, options as RetryAfterOptions);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});
