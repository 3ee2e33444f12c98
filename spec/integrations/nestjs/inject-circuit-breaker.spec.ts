import { getCircuitBreakerToken, InjectCircuitBreaker } from 'rxjs-fluxgate/nestjs';
import { describe, expect, it } from 'vitest';

describe('getCircuitBreakerToken', () => {
  it('should differ from name to name, and read well where Nest finds no provider', () => {
    expect(getCircuitBreakerToken('payments')).toBe('CircuitBreaker(payments)');
  });

  it('should take no name but a string', () => {
    expect(() => getCircuitBreakerToken(undefined as never)).toThrow(
      new TypeError('getCircuitBreakerToken: name must be a string, got undefined'),
    );
  });
});

describe('InjectCircuitBreaker', () => {
  it('should take no name but a string', () => {
    expect(() => InjectCircuitBreaker(undefined as never)).toThrow(
      new TypeError('InjectCircuitBreaker: name must be a string, got undefined'),
    );
  });
});
