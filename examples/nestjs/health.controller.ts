import { Controller, Get, Inject } from '@nestjs/common';
import { HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { CircuitBreakerHealthIndicator } from 'rxjs-fluxgate/nestjs';

/** Up whatever the circuits do, with the state of each as details. */
@Controller('health')
export class HealthController {
  readonly #health: HealthCheckService;
  readonly #circuits: CircuitBreakerHealthIndicator;

  constructor(
    @Inject(HealthCheckService) health: HealthCheckService,
    @Inject(CircuitBreakerHealthIndicator) circuits: CircuitBreakerHealthIndicator,
  ) {
    this.#health = health;
    this.#circuits = circuits;
  }

  @Get()
  health(): Promise<HealthCheckResult> {
    return this.#health.check([() => this.#circuits.check()]);
  }
}
