import { errorWhere } from '../trackers/error-where.ts';
import type { Tracker } from '../trackers/tracker.ts';

/**
 * Matches what is no fault of the client: errors without an HTTP status, and those with one of 500 and above, 408 or 429.
 */
export function handlerFailure(): Tracker {
  return errorWhere(isHandlerFailure);
}

function isHandlerFailure(error: unknown): boolean {
  const status = statusOf(error);
  return status === undefined || status >= 500 || status === 408 || status === 429;
}

/** Of an HttpException, or of an AxiosError that got a response. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { status, response } = error as { status?: unknown; response?: { status?: unknown } | null };
  if (typeof status === 'number') return status;
  return typeof response?.status === 'number' ? response.status : undefined;
}
