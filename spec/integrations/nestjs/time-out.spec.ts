import {
  Controller,
  Get,
  RequestTimeoutException,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type Provider,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
import { CircuitBreakerInterceptor, CircuitBreakerModule, UseCircuitBreaker } from 'rxjs-fluxgate/nestjs';
import { NEVER, throwError, timeout, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { getCounts } from '../../support/counts.ts';
import { runApp } from './run-app.ts';

/** As in the documentation of Nest. */
class TimeoutInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(timeout({ each: 20, with: () => throwError(() => new RequestTimeoutException()) }));
  }
}

@Controller()
class HangingController {
  @Get()
  @UseCircuitBreaker('hanging')
  hang(): Observable<never> {
    return NEVER;
  }
}

const timeOut: Provider = { provide: APP_INTERCEPTOR, useClass: TimeoutInterceptor };
const breaker: Provider = { provide: APP_INTERCEPTOR, useClass: CircuitBreakerInterceptor };

describe('a handler that hangs, with a global interceptor that times out', () => {
  it.each([
    ['alone should count for nothing, because that is around the breaker of the handler', [timeOut], 0],
    ['after the global interceptor of the breakers should fail', [breaker, timeOut], 1],
    ['before the global interceptor of the breakers should count for nothing', [timeOut, breaker], 0],
  ])('%s', async (_, providers, failures) => {
    const imports = [CircuitBreakerModule.forRoot()];
    const { app, url } = await runApp({ imports, controllers: [HangingController], providers });
    expect((await fetch(url)).status).toBe(408);
    const hanging = app.get(CircuitBreakerRegistry).get('hanging');
    expect(getCounts(hanging)).toStrictEqual({ successes: 0, failures, inFlight: 0, rejected: 0 });
  });
});
