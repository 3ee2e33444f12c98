import { UseCircuitBreaker } from 'rxjs-fluxgate/nestjs';
import { describe, expect, it } from 'vitest';

describe('UseCircuitBreaker', () => {
  it('should take no name but a string', () => {
    expect(() => UseCircuitBreaker(5 as never)).toThrow(
      new TypeError('UseCircuitBreaker: name must be a string, got 5'),
    );
  });
});
