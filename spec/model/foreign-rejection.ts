// A rejection by another breaker, of the same name as the one under test: only the breaker itself makes the difference.
import { CircuitBreaker } from '../../lib/index.ts';

export const FOREIGN = rejectionOf(new CircuitBreaker({ name: 'model' }));
export const FOREIGN_WRAPPED = new Error('wrapped', { cause: FOREIGN });

function rejectionOf(breaker: CircuitBreaker): Error {
  breaker.forceOpen();
  try {
    breaker.admit();
  } catch (error) {
    return error as Error;
  }
  throw new Error('a breaker that is forced open admits nothing');
}
