/** In the order of their numbers. */
const NAMES =
  'OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED ' +
  'RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS ' +
  'UNAUTHENTICATED';

export const CANCELLED = 1;

/**
 * UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, INTERNAL, UNAVAILABLE and DATA_LOSS: what google.rpc.Code maps to 429,
 * 500, 503 and 504.
 */
export const FAILING_CODES: readonly number[] = [2, 4, 8, 13, 14, 15];

/** Returns the number of a gRPC code, given as a number or by its name. */
export function readGrpcCode(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 && value <= 16 ? value : undefined;
  const index = typeof value === 'string' ? NAMES.split(' ').indexOf(value) : -1;
  return index < 0 ? undefined : index;
}

/** Tests whether a code blames the client or means that it has left; OK is not the code of an error. */
export function blamesClient(code: number | undefined): boolean {
  return code !== undefined && code > 0 && !FAILING_CODES.includes(code);
}
