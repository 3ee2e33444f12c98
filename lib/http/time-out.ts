import { read } from './read.ts';

/** Whether time ran out: that of rxjs's `timeout`, of a client's own option, or of an `AbortSignal.timeout`. */
export function isTimeOut(error: unknown): boolean {
  // To axios a signal that ran out is a cancellation like any other.
  const cancelled = read(error, 'code') === 'ERR_CANCELED';
  const name = read(cancelled ? read(read(read(error, 'config'), 'signal'), 'reason') : error, 'name');
  return name === 'TimeoutError' || name === 'AjaxTimeoutError';
}
