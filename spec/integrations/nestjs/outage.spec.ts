import { HttpModule, HttpService } from '@nestjs/axios';
import {
  Catch,
  Controller,
  Get,
  Inject,
  Injectable,
  NotFoundException,
  ServiceUnavailableException,
  type ArgumentsHost,
} from '@nestjs/common';
import { APP_FILTER, BaseExceptionFilter } from '@nestjs/core';
import { isAxiosError } from 'axios';
import {
  CallNotPermittedError,
  circuitBreaker,
  CircuitBreakerRegistry,
  cooldown,
  failureStreak,
  probes,
  type CircuitBreaker,
} from 'rxjs-fluxgate';
import { CircuitBreakerModule, InjectCircuitBreaker, UseCircuitBreaker } from 'rxjs-fluxgate/nestjs';
import { catchError, defer, map, throwError, timeout, type Observable } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlakyServer, type Behaviour } from '../../support/flaky-server.ts';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { getCounts } from '../../support/counts.ts';
import { runApp } from './run-app.ts';

const STREAK = 3;
let upstream: FlakyServer;
/** How long an answer is waited for, in ms: short only where none is to come. */
let patience: number;
beforeAll(async () => {
  upstream = await FlakyServer.start();
});
afterAll(() => upstream.stop());

@Injectable()
class Stock {
  /** How often the upstream was asked; when a request arrives there that was given up, is unknown. */
  asked = 0;
  readonly #http: HttpService;
  readonly #breaker: CircuitBreaker;

  constructor(@Inject(HttpService) http: HttpService, @InjectCircuitBreaker('service') breaker: CircuitBreaker) {
    this.#http = http;
    this.#breaker = breaker;
  }

  unguarded(): Observable<unknown> {
    const answer$ = defer(() => {
      this.asked++;
      return this.#http.get<unknown>(upstream.url);
    });
    return answer$.pipe(
      timeout(patience),
      map(({ data }) => data),
    );
  }

  guarded(): Observable<unknown> {
    return this.unguarded().pipe(circuitBreaker(this.#breaker));
  }
}

@Controller()
class StockController {
  readonly #stock: Stock;

  constructor(@Inject(Stock) stock: Stock) {
    this.#stock = stock;
  }

  /** The handler is guarded. */
  @Get('handler')
  @UseCircuitBreaker('handler')
  handler(): Observable<unknown> {
    return this.#stock.unguarded().pipe(notFound());
  }

  /** The call of HttpService is guarded. */
  @Get('service')
  service(): Observable<unknown> {
    return this.#stock.guarded().pipe(notFound());
  }
}

function notFound() {
  return catchError<unknown, Observable<never>>((error: unknown) =>
    throwError(() => (isAxiosError(error) && error.status === 404 ? new NotFoundException() : error)),
  );
}

@Catch(CallNotPermittedError)
class RejectionFilter extends BaseExceptionFilter {
  override catch({ retryAfter = 0 }: CallNotPermittedError, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<{ header(name: string, value: string): void }>();
    response.header('Retry-After', String(Math.ceil(retryAfter / 1_000)));
    super.catch(new ServiceUnavailableException(), host);
  }
}

async function start(guard: 'handler' | 'service') {
  await repair();
  const scheduler = new ManualScheduler();
  const { app, url } = await runApp({
    imports: [
      HttpModule,
      CircuitBreakerModule.forRoot({
        tripper: failureStreak(STREAK),
        retry: cooldown(30_000),
        recovery: probes(1),
        scheduler,
      }),
      CircuitBreakerModule.forFeature(['service']),
    ],
    controllers: [StockController],
    providers: [Stock, { provide: APP_FILTER, useClass: RejectionFilter }],
  });
  const breaker = app.get(CircuitBreakerRegistry).get(guard);
  const signals: string[] = [];
  breaker.signal$.subscribe({ next: ({ newState }) => signals.push(newState), error: expect.unreachable });
  return {
    stock: app.get(Stock),
    breaker,
    scheduler,
    signals,
    /** Asks the application, and returns the status, with the Retry-After if there is one. */
    get: async (): Promise<(number | string)[]> => {
      const { status, headers } = await fetch(`${url}/${guard}`);
      const retryAfter = headers.get('retry-after');
      return retryAfter === null ? [status] : [status, retryAfter];
    },
  };
}

const repair = async (): Promise<void> => {
  patience = 5_000;
  upstream.behaviour = {};
  await upstream.comeUp();
};

const fail = async (how: Behaviour | 'down'): Promise<void> => {
  if (how === 'down') await upstream.goDown();
  else upstream.behaviour = how;
  if (how === 'hang') patience = 50;
};

describe.each(['handler', 'service'] as const)('an outage of the upstream, with the breaker around the %s', (guard) => {
  it.each<[string, Behaviour | 'down']>([
    ['responds 500', { status: 500 }],
    ['responds 503', { status: 503 }],
    ['hangs', 'hang'],
    ['refuses connections', 'down'],
    ['resets connections', 'reset'],
    ['breaks off its responses', 'truncate'],
  ])('should open the circuit when it %s, spare it, and close when it is back', async (_, how) => {
    const { get, stock, breaker, scheduler, signals } = await start(guard);
    expect(await get()).toStrictEqual([200]);

    await fail(how);
    for (let i = 0; i < STREAK; i++) expect(await get()).toStrictEqual([500]);
    expect(breaker.state).toBe('open');

    const { asked } = stock;
    expect(await get()).toStrictEqual([503, '30']);
    scheduler.pass(29_500);
    expect(await get()).toStrictEqual([503, '1']);
    expect(stock.asked).toBe(asked);

    // Still broken: the probe fails, and the circuit opens again.
    scheduler.pass(500);
    expect(await get()).toStrictEqual([500]);
    expect(await get()).toStrictEqual([503, '30']);

    await repair();
    scheduler.pass(30_000);
    expect(await get()).toStrictEqual([200]);
    expect(await get()).toStrictEqual([200]);
    expect(signals).toStrictEqual(['open', 'half_open', 'open', 'half_open', 'closed']);
  });

  it('should not open the circuit when it responds 404', async () => {
    const { get, breaker } = await start(guard);
    upstream.behaviour = { status: 404 };
    for (let i = 0; i < 2 * STREAK; i++) expect(await get()).toStrictEqual([404]);
    expect(getCounts(breaker)).toStrictEqual({ successes: 2 * STREAK, failures: 0, inFlight: 0, rejected: 0 });
  });
});
