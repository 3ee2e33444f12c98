import { HttpException } from '@nestjs/common';
import { errorWhere } from '../trackers/error-where.ts';
import type { Tracker } from '../trackers/tracker.ts';

/** Matches what is no fault of the client: all errors but those with a status of 400 to 499, without 408 and 429. */
export function handlerFailure(): Tracker {
  return errorWhere(isHandlerFailure);
}

function isHandlerFailure(error: unknown): boolean {
  const status = statusOf(error);
  if (status === undefined) return true;
  // An answer of an upstream that began well and is an error all the same: it broke off, or nobody could read it.
  if (status < 400) return !(error instanceof HttpException);
  // 408 is what a time-out is made into, 429 what an upstream says that has too much to do.
  return status >= 500 || status === 408 || status === 429;
}

/** Of an HttpException, or of an AxiosError that got a response. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { status, response } = error as { status?: unknown; response?: { status?: unknown } | null };
  return [status, response?.status].find((value) => typeof value === 'number');
}
