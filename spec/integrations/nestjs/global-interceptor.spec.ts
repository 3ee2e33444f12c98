import { Controller, Get } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
import {
  CircuitBreakerInterceptor,
  CircuitBreakerModule,
  SkipCircuitBreaker,
  UseCircuitBreaker,
} from 'rxjs-fluxgate/nestjs';
import { expect, it } from 'vitest';
import { getCounts } from '../../support/counts.ts';
import { runApp } from './run-app.ts';

@Controller()
class PlainController {
  @Get('plain')
  plain(): string {
    return 'ok';
  }

  @Get('marked')
  @UseCircuitBreaker('marked')
  marked(): string {
    return 'ok';
  }

  @Get('health')
  @SkipCircuitBreaker()
  health(): string {
    return 'ok';
  }
}

it('the interceptor as APP_INTERCEPTOR should guard every handler once, but those that are skipped', async () => {
  const { app, url } = await runApp({
    imports: [CircuitBreakerModule.forRoot()],
    controllers: [PlainController],
    providers: [{ provide: APP_INTERCEPTOR, useClass: CircuitBreakerInterceptor }],
  });
  for (const path of ['plain', 'marked', 'health']) await fetch(`${url}/${path}`);
  const breakers = [...app.get(CircuitBreakerRegistry)];
  expect(breakers.map((breaker) => [breaker.name, getCounts(breaker).successes])).toStrictEqual([
    ['PlainController.plain', 1],
    ['marked', 1],
  ]);
});
