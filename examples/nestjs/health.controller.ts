import { Controller, Get, Inject } from '@nestjs/common';
import { CircuitBreakerRegistry, type State } from 'rxjs-fluxgate';

/** What every circuit is up to. */
@Controller('health')
export class HealthController {
  readonly #circuits: CircuitBreakerRegistry;

  constructor(@Inject(CircuitBreakerRegistry) circuits: CircuitBreakerRegistry) {
    this.#circuits = circuits;
  }

  @Get()
  health(): Record<string, State> {
    return Object.fromEntries([...this.#circuits].map(({ name, state }) => [name, state]));
  }
}
