import { read } from './read.ts';

/** Whether time ran out: that of rxjs's `timeout`, of a client's own option, or of an `AbortSignal.timeout`. */
export function isTimeOut(error: unknown): boolean {
  const name = read(reasonOf(error), 'name');
  return name === 'TimeoutError' || name === 'AjaxTimeoutError';
}

/** To axios, and to `node:http`, a signal that ran out is a cancellation like any other. */
function reasonOf(error: unknown): unknown {
  switch (read(error, 'code')) {
    case 'ERR_CANCELED':
      return read(read(read(error, 'config'), 'signal'), 'reason');
    case 'ABORT_ERR':
      return read(error, 'cause');
    default:
      return error;
  }
}
