import { isEvent, read } from './read.ts';
import { isTimeOut } from './time-out.ts';

/** Whether the caller gave the request up, or a circuit breaker never made it: nothing is known of the dependency. */
export function isAbandoned(error: unknown): boolean {
  const name = read(error, 'name');
  return (
    name === 'CallNotPermittedError' ||
    ((name === 'AbortError' || read(error, 'code') === 'ERR_CANCELED') && !isTimeOut(error)) ||
    isEvent(error, 'abort') ||
    // What rxjs/ajax and axios make of the event `abort`.
    (name === 'AjaxError' && read(error, 'message') === 'aborted') ||
    (name === 'AxiosError' && read(error, 'message') === 'Request aborted')
  );
}
