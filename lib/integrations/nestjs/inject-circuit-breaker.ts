import { Inject } from '@nestjs/common';
import { wrongType } from '../../util/check.ts';

/**
 * The token under which {@link CircuitBreakerModule.forFeature} provides a breaker, for `inject` of a factory and for
 * `overrideProvider` in a test.
 *
 * @param name the breaker's key in the registry
 * @throws TypeError if it is not a string
 * @example
 * ```ts
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { getCircuitBreakerToken } from 'rxjs-fluxgate/nestjs';
 *
 * const provider = { provide: getCircuitBreakerToken('payments'), useValue: new CircuitBreaker({ name: 'payments' }) };
 * console.log(provider.provide); // => CircuitBreaker(payments)
 * ```
 *
 * @see {@link InjectCircuitBreaker}
 */
export function getCircuitBreakerToken(name: string): string {
  return toToken('getCircuitBreakerToken: name', name);
}

/**
 * Injects the breaker of a name, which {@link CircuitBreakerModule.forFeature} must provide.
 *
 * @param name the breaker's key in the registry
 * @throws TypeError if it is not a string
 * @example
 * ```ts
 * import { Injectable } from '@nestjs/common';
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { InjectCircuitBreaker } from 'rxjs-fluxgate/nestjs';
 *
 * @Injectable()
 * class Payments {
 *   readonly #breaker: CircuitBreaker;
 *
 *   constructor(@InjectCircuitBreaker('payments') breaker: CircuitBreaker) {
 *     this.#breaker = breaker;
 *   }
 *
 *   get available(): boolean {
 *     return this.#breaker.state !== 'open' && this.#breaker.state !== 'forced_open';
 *   }
 * }
 *
 * console.log(new Payments(new CircuitBreaker()).available); // => true
 * ```
 *
 * @see {@link CircuitBreakerModule}
 */
export function InjectCircuitBreaker(name: string): PropertyDecorator & ParameterDecorator {
  return Inject(toToken('InjectCircuitBreaker: name', name));
}

/** Returns the token of a name; `what` is the name of a bad one in the message. */
function toToken(what: string, name: unknown): string {
  if (typeof name !== 'string') throw wrongType(what, 'a string', name);
  return `CircuitBreaker(${name})`;
}
