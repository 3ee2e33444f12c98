import type { CircuitBreakerRegistry } from '../../registry/circuit-breaker-registry.ts';

/** The property of a class with guarded methods that Nest sets to the registry. */
export const GUARDED_REGISTRY = 'rxjs-fluxgate:registry';

const registries = new WeakMap<object, CircuitBreakerRegistry>();

export function getGuardedRegistry(instance: object): CircuitBreakerRegistry | undefined {
  return registries.get(instance);
}

/** A setter, called on the instance. */
export function setGuardedRegistry(this: object, registry: CircuitBreakerRegistry): void {
  registries.set(this, registry);
}
