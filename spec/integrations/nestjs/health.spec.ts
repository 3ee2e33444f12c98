import { Controller, Get, HttpCode, Inject, Module } from '@nestjs/common';
import { HealthCheckService, TerminusModule, type HealthCheckResult } from '@nestjs/terminus';
import { CircuitBreakerRegistry, cooldown, probes, type CircuitBreaker } from 'rxjs-fluxgate';
import { CircuitBreakerHealthIndicator, CircuitBreakerModule } from 'rxjs-fluxgate/nestjs';
import { describe, expect, it } from 'vitest';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { runApp } from './run-app.ts';

@Controller()
class HealthController {
  private readonly _health: HealthCheckService;
  private readonly _circuits: CircuitBreakerHealthIndicator;

  constructor(
    @Inject(HealthCheckService) health: HealthCheckService,
    @Inject(CircuitBreakerHealthIndicator) circuits: CircuitBreakerHealthIndicator,
  ) {
    this._health = health;
    this._circuits = circuits;
  }

  @Get('live')
  live(): Promise<HealthCheckResult> {
    return this._health.check([() => this._circuits.check()]);
  }

  @Get('ready')
  @HttpCode(200)
  ready(): Promise<HealthCheckResult> {
    const down = ['open', 'forced_open'] as const;
    return this._health.check([() => this._circuits.check('payments', { down, only: (name) => name === 'payments' })]);
  }
}

@Module({ imports: [TerminusModule.forRoot({ logger: false })], controllers: [HealthController] })
class HealthModule {}

interface Made {
  readonly scheduler: ManualScheduler;
  readonly payments: CircuitBreaker;
  readonly stock: CircuitBreaker;
  readonly get: (path: string) => Promise<{ status: number; details: unknown }>;
}

async function start(): Promise<Made> {
  const scheduler = new ManualScheduler();
  const options = { retry: cooldown(30_000), recovery: probes(1), scheduler, silent: true };
  const { app, url } = await runApp({ imports: [CircuitBreakerModule.forRoot(options), HealthModule] });
  const registry = app.get(CircuitBreakerRegistry);
  const get = async (path: string): Promise<{ status: number; details: unknown }> => {
    const response = await fetch(`${url}/${path}`);
    return { status: response.status, details: ((await response.json()) as HealthCheckResult).details };
  };
  return { scheduler, payments: registry.get('payments'), stock: registry.get('stock'), get };
}

describe('CircuitBreakerHealthIndicator', () => {
  it('should be up by default, with the details of each circuit', async () => {
    const { payments, get } = await start();
    payments.trip();
    expect(await get('live')).toStrictEqual({
      status: 200,
      details: {
        circuits: {
          status: 'up',
          circuits: {
            payments: { state: 'open', available: false, retryAt: 30_000 },
            stock: { state: 'closed', available: true },
          },
        },
      },
    });
  });

  it('should be down in the states that are named, and come back without any traffic', async () => {
    const { scheduler, payments, stock, get } = await start();
    stock.forceOpen();
    expect((await get('ready')).status).toBe(200);
    payments.trip();
    const { status, details } = await get('ready');
    expect(status).toBe(503);
    expect(details).toMatchObject({ payments: { status: 'down', circuits: { payments: { state: 'open' } } } });

    scheduler.pass(30_000);
    expect(await get('ready')).toStrictEqual({
      status: 200,
      details: { payments: { status: 'up', circuits: { payments: { state: 'half_open', available: true } } } },
    });
    payments.admit().complete();
    expect(payments.state).toBe('closed');
  });

  it('should watch any registry that it is given, until the application ends', () => {
    const scheduler = new ManualScheduler();
    const registry = new CircuitBreakerRegistry({ retry: cooldown(1_000), scheduler });
    const indicator = new CircuitBreakerHealthIndicator(registry);
    registry.get('stock').trip();
    expect(scheduler.timers).toBe(1);
    scheduler.pass(1_000);
    expect(indicator.check()['circuits']?.circuits['stock']).toStrictEqual({ state: 'half_open', available: true });
    registry.get('stock').trip();
    indicator.onApplicationShutdown();
    expect(scheduler.timers).toBe(0);
  });

  it.each<[unknown, unknown, string]>([
    [5, {}, 'CircuitBreakerHealthIndicator: key must be a string, got 5'],
    ['a', { down: 'open' }, 'CircuitBreakerHealthIndicator: down must be an array of states, got "open"'],
    ['a', { down: ['opened'] }, 'each of down must be one of closed, open, .*, got "opened"'],
    ['a', { down: ['half_open'] }, 'down must not hold half_open: without traffic no probe would close the circuit'],
    ['a', { only: ['stock'] }, 'CircuitBreakerHealthIndicator: only must be a function, got an array'],
    ['a', { dwon: [] }, 'unknown option "dwon"'],
  ])('should refuse %j with %j', (key, options, message) => {
    const indicator = new CircuitBreakerHealthIndicator(new CircuitBreakerRegistry());
    expect(() => indicator.check(key as never, options as never)).toThrow(new RegExp(message));
  });
});
