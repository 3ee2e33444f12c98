import type { HttpEvent } from '@angular/common/http';
import type { AxiosResponse } from 'axios';
import nodeFetch from 'node-fetch';
import { defer, type Observable } from 'rxjs';
import { ajax, type AjaxResponse } from 'rxjs/ajax';
import { fromFetch } from 'rxjs/fetch';
import { CircuitBreaker, circuitBreaker, CircuitBreakerRegistry, cooldown } from 'rxjs-fluxgate';
import type { Classifier, Retry, Tracker } from 'rxjs-fluxgate';
import {
  guardFetch,
  httpDefaults,
  httpFailure,
  okJson,
  responseOutcome,
  retryAfter,
  throwUnlessOk,
} from 'rxjs-fluxgate/http';
import type { FailingStatuses, HttpDefaults } from 'rxjs-fluxgate/http';
import { fetch as undiciFetch } from 'undici';
import { describe, expectTypeOf, it } from 'vitest';

interface Item {
  readonly amount: number;
}

declare const event$: Observable<HttpEvent<Item>>;
declare const axiosResponse$: Observable<AxiosResponse<Item>>;

const breaker = new CircuitBreaker({ tracker: httpFailure(), retry: retryAfter(cooldown(1_000), { max: 2_000 }) });

describe('responseOutcome in a pipe', () => {
  it('should keep the type of the responses', () => {
    const classify = responseOutcome();
    expectTypeOf(classify).toEqualTypeOf<Classifier<unknown>>();
    expectTypeOf(fromFetch('/')).toEqualTypeOf<Observable<Response>>();
    expectTypeOf(fromFetch('/').pipe(circuitBreaker(breaker, { classify }))).toEqualTypeOf<Observable<Response>>();
    expectTypeOf(ajax<Item>('/').pipe(circuitBreaker(breaker, { classify }))).toEqualTypeOf<
      Observable<AjaxResponse<Item>>
    >();
    expectTypeOf(event$.pipe(circuitBreaker(breaker, { classify }))).toEqualTypeOf<Observable<HttpEvent<Item>>>();
    expectTypeOf(axiosResponse$.pipe(circuitBreaker(breaker, { classify }))).toEqualTypeOf<
      Observable<AxiosResponse<Item>>
    >();
  });

  it('should keep it when made in place', () => {
    expectTypeOf(
      fromFetch('/').pipe(circuitBreaker(breaker, { classify: responseOutcome({ statuses: [503] }) })),
    ).toEqualTypeOf<Observable<Response>>();
    expectTypeOf(
      ajax<Item>('/').pipe(circuitBreaker({ tracker: httpFailure() }, { classify: responseOutcome() })),
    ).toEqualTypeOf<Observable<AjaxResponse<Item>>>();
  });
});

describe('the parts for HTTP', () => {
  it('should be parts of the breaker', () => {
    expectTypeOf(httpFailure()).toEqualTypeOf<Tracker>();
    expectTypeOf(retryAfter(() => 5)).toEqualTypeOf<Retry>();
  });

  it('should take statuses as a list that may be read-only, or as a function', () => {
    const statuses = [502, 503] as const;
    httpFailure({ statuses });
    httpFailure({ statuses: (status) => status >= 500 });
    responseOutcome({ statuses: undefined });
    expectTypeOf<FailingStatuses>().toEqualTypeOf<readonly number[] | ((status: number) => boolean)>();
  });

  it('should refuse what is neither', () => {
    // @ts-expect-error -- a list of them
    httpFailure({ statuses: 503 });
    // @ts-expect-error -- misspelt: statuses
    httpFailure({ status: [503] });
    // @ts-expect-error -- a list of numbers
    responseOutcome({ statuses: ['503'] });
    // @ts-expect-error -- a fallback is needed
    retryAfter();
    // @ts-expect-error -- a number of ms
    retryAfter(cooldown(1), { max: '1' });
  });
});

describe('httpDefaults and guardFetch', () => {
  it('should be spread into options without help', () => {
    new CircuitBreaker({ name: 'stock', ...httpDefaults() });
    new CircuitBreaker({ ...httpDefaults({ statuses: [503] }), name: 'stock', untracked: 'success' });
    new CircuitBreakerRegistry(httpDefaults());
    new CircuitBreakerRegistry(() => ({ ...httpDefaults(), retry: cooldown(1_000) }));
    expectTypeOf(fromFetch('/').pipe(circuitBreaker({ ...httpDefaults() }))).toEqualTypeOf<Observable<Response>>();
    expectTypeOf(httpDefaults()).toEqualTypeOf<HttpDefaults>();
  });

  it('should read JSON of a type', () => {
    expectTypeOf(fromFetch('/', { selector: okJson<Item> })).toEqualTypeOf<Observable<Item>>();
    expectTypeOf(fromFetch('/', { selector: okJson })).toEqualTypeOf<Observable<unknown>>();
    expectTypeOf(defer(() => fetch('/').then(throwUnlessOk))).toEqualTypeOf<Observable<Response>>();
  });

  it('should be a fetch, the global one or that which it guards', () => {
    expectTypeOf(guardFetch(breaker)).toEqualTypeOf<typeof fetch>();
    expectTypeOf(guardFetch(new CircuitBreakerRegistry(), { timeout: 1_000 })).toEqualTypeOf<typeof fetch>();
    expectTypeOf(guardFetch(breaker, { fetch: undiciFetch })).toEqualTypeOf<typeof undiciFetch>();
    expectTypeOf(guardFetch(breaker, { fetch: nodeFetch })).toEqualTypeOf<typeof nodeFetch>();
    // @ts-expect-error -- a breaker or a registry
    guardFetch([breaker]);
    // @ts-expect-error -- it must return a promise
    guardFetch(breaker, { fetch: () => 42 });
  });
});
