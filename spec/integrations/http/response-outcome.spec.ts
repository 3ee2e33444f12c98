import '@angular/compiler';
import { HttpEventType, HttpHeaderResponse, HttpResponse } from '@angular/common/http';
import type { AxiosResponse } from 'axios';
import { concat, of } from 'rxjs';
import { AjaxResponse, type AjaxRequest } from 'rxjs/ajax';
import { CircuitBreaker, circuitBreaker } from 'rxjs-fluxgate';
import { responseOutcome, type StatusOptions } from 'rxjs-fluxgate/http';
import { describe, expect, it } from 'vitest';
import { getCounts } from '../../support/counts.ts';

function ajaxResponse(status: number, type?: AjaxResponse<unknown>['type']): AjaxResponse<unknown> {
  const xhr = { status, response: {}, getAllResponseHeaders: () => '' } as XMLHttpRequest;
  return new AjaxResponse({ loaded: 1, total: 2 } as ProgressEvent, xhr, {} as AjaxRequest, type);
}

describe('responseOutcome', () => {
  const classify = responseOutcome();

  describe.each<[string, (status: number) => unknown]>([
    ['a Response', (status) => new Response(null, { status })],
    ['an AjaxResponse', (status) => ajaxResponse(status)],
    ['an HttpResponse of Angular', (status) => new HttpResponse({ status })],
    [
      'an AxiosResponse',
      (status) => ({ status, statusText: '', data: {}, headers: {} }) satisfies Partial<AxiosResponse>,
    ],
    ['a response of Node', (status) => ({ statusCode: status })],
  ])('given %s', (_, responseOf) => {
    it.each([408, 429, 500, 503, 599])('should take %i for a failure', (status) => {
      expect(classify(responseOf(status))).toBe('failure');
    });

    it.each([200, 204, 304, 400, 401, 404, 499])('should take %i for a success', (status) => {
      expect(classify(responseOf(status))).toBe('success');
    });
  });

  it.each<[string, unknown]>([
    ['Sent of Angular', { type: HttpEventType.Sent }],
    ['upload progress of Angular', { type: HttpEventType.UploadProgress, loaded: 1 }],
    ['the headers of Angular, before the body', new HttpHeaderResponse({ status: 200 })],
    ['download progress of Angular', { type: HttpEventType.DownloadProgress, loaded: 1 }],
    ['an event of a user of Angular', { type: HttpEventType.User }],
    ['upload_loadstart of rxjs/ajax', ajaxResponse(0, 'upload_loadstart')],
    ['upload_progress of rxjs/ajax', ajaxResponse(0, 'upload_progress')],
    ['upload_load of rxjs/ajax', ajaxResponse(0, 'upload_load')],
    ['download_loadstart of rxjs/ajax', ajaxResponse(0, 'download_loadstart')],
    ['download_progress of rxjs/ajax, which has the status', ajaxResponse(200, 'download_progress')],
    ['a body', { name: 'pencil', status: 'in stock' }],
    ['a text', 'in stock'],
    ['null', null],
    ['nothing', undefined],
  ])('should leave pending: %s', (_, value) => {
    expect(classify(value)).toBeUndefined();
  });

  it('should take an opaque response for an answer, and Response.error() for none', () => {
    expect(classify({ __proto__: Response.prototype, status: 0, type: 'opaque' })).toBe('success');
    expect(classify(Response.error())).toBe('failure');
  });

  it('should judge a call by its response, not by what came before', () => {
    const breaker = new CircuitBreaker();
    const event$ = concat(of({ type: HttpEventType.Sent }), of(new HttpResponse({ status: 503 })));
    event$.pipe(circuitBreaker(breaker, { classify })).subscribe();
    expect(getCounts(breaker)).toMatchObject({ successes: 0, failures: 1 });
  });

  it('should judge by the statuses given', () => {
    const outcomes = (options: StatusOptions): unknown[] =>
      [200, 404, 503].map((status) => responseOutcome(options)(new Response(null, { status })));
    expect(outcomes({ statuses: [404] })).toStrictEqual(['success', 'failure', 'success']);
    expect(outcomes({ statuses: (status) => status >= 400 })).toStrictEqual(['success', 'failure', 'failure']);
    expect(outcomes({ statuses: undefined })).toStrictEqual(['success', 'success', 'failure']);
  });

  it.each<[unknown, RegExp]>([
    [null, /^responseOutcome: options must be an object, got null$/],
    [{ status: [503] }, /^responseOutcome got an unknown option "status"; it takes statuses$/],
    [{ statuses: 503 }, /^responseOutcome: statuses must be an array or a function, got 503$/],
  ])('should refuse responseOutcome(%o)', (options, message) => {
    const make = (): unknown => responseOutcome(options as StatusOptions);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});
