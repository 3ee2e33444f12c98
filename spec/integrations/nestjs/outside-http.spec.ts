import { HttpException } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { RpcException } from '@nestjs/microservices';
import { WsException } from '@nestjs/websockets';
import { CircuitBreakerRegistry, type CircuitBreaker } from 'rxjs-fluxgate';
import { CircuitBreakerInterceptor } from 'rxjs-fluxgate/nestjs';
import { concat, lastValueFrom, NEVER, of, throwError, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { collect } from '../../support/collect.ts';
import { getCounts } from '../../support/counts.ts';

class Consumer {}

function consume(): void {
  // Not called.
}

describe.each([
  ['rpc', RpcException],
  ['ws', WsException],
  ['graphql', HttpException],
])('a handler outside HTTP, of %s', (type, exception) => {
  /** A handler that returns this, and its breaker. */
  function guarded(result$: Observable<unknown>): { breaker: CircuitBreaker; guarded$: Observable<unknown> } {
    const registry = new CircuitBreakerRegistry();
    const context = new ExecutionContextHost([], Consumer, consume);
    context.setType(type);
    const guarded$ = new CircuitBreakerInterceptor(registry).intercept(context, { handle: () => result$ });
    return { breaker: registry.get('Consumer.consume'), guarded$ };
  }

  it('should be rejected by an exception of its transport, which keeps the rejection as its cause', async () => {
    const { breaker, guarded$ } = guarded(of(1));
    breaker.forceOpen();
    const error: unknown = await lastValueFrom(guarded$, { defaultValue: 0 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(exception);
    expect(error).toMatchObject({ cause: { name: 'CallNotPermittedError', circuit: 'Consumer.consume' } });
  });

  it('should settle by the first value, because it may be a stream', () => {
    const { breaker, guarded$ } = guarded(concat(of(1, 2), NEVER));
    expect(collect(guarded$)).toStrictEqual([1, 2]);
    expect(getCounts(breaker)).toStrictEqual({ successes: 1, failures: 0, inFlight: 0, rejected: 0 });
  });

  it('should fail by an error before it', () => {
    const boom = new Error('boom');
    const { breaker, guarded$ } = guarded(throwError(() => boom));
    expect(collect(guarded$)).toStrictEqual(['#', boom]);
    expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 1, inFlight: 0, rejected: 0 });
  });
});

it('should pass on the rejection itself to a transport that is not known', () => {
  const registry = new CircuitBreakerRegistry();
  const context = new ExecutionContextHost([], Consumer, consume);
  context.setType('carrier pigeon');
  registry.get('Consumer.consume').forceOpen();
  const guarded$ = new CircuitBreakerInterceptor(registry).intercept(context, { handle: () => of(1) });
  expect(collect(guarded$)).toMatchObject(['#', { name: 'CallNotPermittedError', circuit: 'Consumer.consume' }]);
});
