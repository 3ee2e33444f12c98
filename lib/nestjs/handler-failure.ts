import { HttpException } from '@nestjs/common';
import { isAbandoned } from '../http/abandoned.ts';
import { statusOfError } from '../http/status-of.ts';
import { failsByDefault } from '../http/status-options.ts';
import { errorWhere } from '../trackers/error-where.ts';
import type { Tracker } from '../trackers/tracker.ts';

/**
 * Matches what is a fault of the handler or of what it needs: all errors but those with a status of 400 to 499, without
 * 408 and 429, and but the rejection of a breaker inside it, whose own circuit is enough.
 */
export function handlerFailure(): Tracker {
  return errorWhere(isHandlerFailure);
}

function isHandlerFailure(error: unknown): boolean {
  if (isAbandoned(error)) return false;
  const status = statusOfError(error);
  if (status === undefined) return true;
  // An answer of an upstream that began well and is an error all the same: it broke off, or nobody could read it.
  if (status < 400) return !(error instanceof HttpException);
  return failsByDefault(status);
}
