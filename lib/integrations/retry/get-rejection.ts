import { isCallNotPermitted, type CallNotPermittedError } from '../../errors/call-not-permitted-error.ts';

/** Returns the rejection of a circuit that an error is, or has as its own `cause`; as in the breaker, one level deep. */
export function getRejection(error: unknown): CallNotPermittedError | undefined {
  if (isCallNotPermitted(error)) return error;
  const cause = typeof error === 'object' && error !== null ? (error as { cause?: unknown }).cause : undefined;
  return isCallNotPermitted(cause) ? cause : undefined;
}
