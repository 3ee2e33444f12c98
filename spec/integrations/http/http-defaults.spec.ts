import '@angular/compiler';
import { HttpErrorResponse } from '@angular/common/http';
import { AxiosError, type AxiosResponse } from 'axios';
import { CallNotPermittedError, cooldown } from 'rxjs-fluxgate';
import { httpDefaults, HttpStatusError, okJson, type HttpDefaultsOptions } from 'rxjs-fluxgate/http';
import { describe, expect, it } from 'vitest';
import { openingOf } from '../../support/fixtures.ts';

const axiosError = (status: number): AxiosError =>
  new AxiosError('no', 'ERR_BAD_REQUEST', undefined, undefined, { status } as AxiosResponse);

describe('httpDefaults', () => {
  const { tracker, untracked, retry } = httpDefaults();

  it.each<[string, unknown]>([
    ['a 503', new HttpStatusError(new Response('', { status: 503 }))],
    ['a 429', { status: 429 }],
    ['a time-out', new DOMException('late', 'TimeoutError')],
    ['a network failure', Object.assign(new Error('no'), { code: 'ECONNREFUSED' })],
    ['an error that a hurried reader makes of a 503', new Error('status 503')],
  ])('should take %s for a failure', (_, error) => {
    expect(tracker.test(error)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a 404', new HttpStatusError(new Response('', { status: 404 }))],
    ['a 401 of axios', axiosError(401)],
    ['a 404 as a cause', new Error('no stock', { cause: axiosError(404) })],
    ['a 409 in a Promise.any', new AggregateError([axiosError(409), new Error('boom')])],
    ['a 200 that is no JSON', new HttpErrorResponse({ status: 200, error: { error: new SyntaxError(), text: '<' } })],
    ['an error that a hurried reader makes of a 404', new Error('status 404')],
    ['GraphQL errors', Object.assign(new Error('[GraphQL] no'), { graphQLErrors: [{}], response: { status: 200 } })],
  ])('should take %s for a success: the service is up', (_, error) => {
    expect([tracker.test(error), untracked(error)]).toStrictEqual([false, 'success']);
  });

  it.each<[string, unknown]>([
    ['an aborted request', new DOMException('no', 'AbortError')],
    ['a 404 beside an aborted request', new AggregateError([axiosError(404), new DOMException('no', 'AbortError')])],
    ['a bug', new TypeError('x is not a function')],
    ['a status that is none', { status: 3 }],
    ['nothing at all', undefined],
    [
      'the rejection of another breaker',
      new CallNotPermittedError({ circuit: 'a', state: 'open', retryAfter: 1, cause: axiosError(404) }),
    ],
  ])('should ignore %s', (_, error) => {
    expect([tracker.test(error), untracked(error)]).toStrictEqual([false, 'ignored']);
  });

  it('should take the JSON of a good answer that is none for a success', async () => {
    const error: unknown = await okJson(new Response('<html>')).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SyntaxError);
    expect([tracker.test(error), untracked(error)]).toStrictEqual([false, 'success']);
  });

  it('should wait as long as Retry-After asks, else as every breaker does', () => {
    const cause = new HttpStatusError(new Response('', { status: 503, headers: { 'retry-after': '30' } }));
    expect(retry(openingOf({ cause }))).toBe(30_000);
    const waits = [0, 1, 2, 3, 4, 5].map((reopens) => retry(openingOf({ reopens, random: () => 0.5 })));
    expect(waits).toStrictEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
    expect(retry(openingOf({ random: () => 0 }))).toBe(4_000);
  });

  it('should take statuses for both, a fallback, and the longest wait', () => {
    const given = httpDefaults({ statuses: [404], fallback: cooldown(7), max: 20_000 });
    expect([404, 503].map((status) => given.tracker.test({ status }))).toStrictEqual([true, false]);
    expect([404, 503].map((status) => given.untracked({ status }))).toStrictEqual(['ignored', 'success']);
    expect(given.retry(openingOf())).toBe(7);
    expect(given.retry(openingOf({ cause: { headers: { 'retry-after': '30' } } }))).toBe(20_000);
  });

  it.each<[unknown, RegExp]>([
    [{ status: [1] }, /^httpDefaults got an unknown option "status"; it takes statuses, fallback, max$/],
    [{ statuses: 503 }, /^httpDefaults: statuses must be an array or a function, got 503$/],
    [{ fallback: 5 }, /^retryAfter: fallback must be a function, got 5$/],
    [{ max: 0 }, /^retryAfter: max must be a finite number of ms above 0, got 0$/],
    [null, /^httpDefaults: options must be an object, got null$/],
  ])('should refuse httpDefaults(%o)', (options, message) => {
    expect(() => httpDefaults(options as HttpDefaultsOptions)).toThrow(message);
  });
});
