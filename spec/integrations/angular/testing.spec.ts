import '@angular/compiler';
import { DOCUMENT } from '@angular/common';
import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing';
import { TestScheduler } from 'rxjs/testing';
import { admitAll, CircuitBreakerRegistry, cooldown, failureStreak, isCallNotPermitted } from 'rxjs-fluxgate';
import { circuitBreakerInterceptor, provideCircuitBreakers } from 'rxjs-fluxgate/angular';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';

const url = 'https://stock.example/42';

// What the Angular CLI does around the tests.
beforeAll(() => {
  // It looks for what components have left in the document.
  const emptyDocument = { provide: DOCUMENT, useValue: { querySelectorAll: () => [] } };
  TestBed.initTestEnvironment(BrowserTestingModule, platformBrowserTesting([emptyDocument]));
});

// From here on as on the page about Angular.
beforeEach(() => {
  vi.useFakeTimers();
  TestBed.configureTestingModule({
    providers: [
      provideHttpClient(withInterceptors([circuitBreakerInterceptor])),
      provideHttpClientTesting(),
      provideCircuitBreakers({ tripper: failureStreak(1), retry: cooldown(10_000), permit: admitAll() }),
    ],
  });
});
afterEach(() => {
  TestBed.resetTestingModule(); // which the Angular CLI and global hooks do by themselves
  vi.useRealTimers();
});

it('should leave the server alone for ten seconds', () => {
  const http = TestBed.inject(HttpClient);
  const server = TestBed.inject(HttpTestingController);
  const error = vi.fn();

  http.get(url).subscribe({ error });
  server.expectOne(url).flush(null, { status: 503, statusText: 'Service Unavailable' });

  http.get(url).subscribe({ error });
  server.expectNone(url);
  expect(error.mock.lastCall).toSatisfy(([last]: unknown[]) => isCallNotPermitted(last));

  vi.advanceTimersByTime(10_000);
  const next = vi.fn();
  http.get(url).subscribe({ next, error });
  server.expectOne(url).flush(42);
  expect(next).toHaveBeenCalledWith(42);
});

it('should go half-open after ten seconds', () => {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ expectObservable }) => {
    const stock = TestBed.inject(CircuitBreakerRegistry).get('stock.example');
    stock.trip();
    expectObservable(stock.state$).toBe('o 9999ms h', { o: 'open', h: 'half_open' });
  });
});
