import type { OnApplicationShutdown } from '@nestjs/common';
import { CircuitBreakerRegistry } from '../../registry/circuit-breaker-registry.ts';

/** A registry that the module has made, and so ends; one in its place, as in a test, is for who made that to end. */
export class OwnRegistry extends CircuitBreakerRegistry implements OnApplicationShutdown {
  /** Of all hooks the first that comes after the requests in flight. */
  onApplicationShutdown(): void {
    this.dispose();
  }
}
