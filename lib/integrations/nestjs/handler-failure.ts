import { HttpException } from '@nestjs/common';
import { statusOfError } from '../http/status-of.ts';
import { failsByDefault } from '../http/status-options.ts';
import { errorWhere } from '../../components/trackers/error-where.ts';
import type { Tracker } from '../../components/trackers/tracker.ts';

/** Matches what is a fault of the handler or of what it needs: all errors but those whose status says that it is not. */
export function handlerFailure(): Tracker {
  return errorWhere(isHandlerFailure);
}

function isHandlerFailure(error: unknown): boolean {
  const status = statusOfError(error);
  if (status === undefined) return true;
  // An answer of an upstream that began well and is an error all the same: it broke off, or nobody could read it.
  if (status < 400) return !(error instanceof HttpException);
  return failsByDefault(status);
}
