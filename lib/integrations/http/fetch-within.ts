import { asyncScheduler, TimeoutError } from 'rxjs';
import { scheduleUnref } from '../../util/schedule-unref.ts';

/** Calls `send` with a signal that also aborts after `timeout` ms, unless the response has come by then. */
export async function fetchWithin<T>(
  timeout: number,
  callerSignal: AbortSignal | undefined,
  send: (signal: AbortSignal) => PromiseLike<T>,
): Promise<T> {
  const controller = new AbortController();
  // The response does not end it: the caller may still abort while the body comes.
  const signal = callerSignal ? anyOf(callerSignal, controller) : controller.signal;
  const timer = { unsubscribe: (): void => undefined };
  try {
    return await new Promise<T>((resolve, reject) => {
      const timedOut = scheduleUnref(asyncScheduler, timeout, () => {
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- the error of rxjs's own timeout()
        const error = new TimeoutError();
        // Some implementations reject with an AbortError of their own.
        reject(error);
        controller.abort(error);
      });
      timer.unsubscribe = () => timedOut.unsubscribe();
      send(signal).then(resolve, reject);
    });
  } finally {
    timer.unsubscribe();
  }
}

function anyOf(callerSignal: AbortSignal, controller: AbortController): AbortSignal {
  // Browsers from before 2024 and React Native lack it.
  if (typeof AbortSignal.any === 'function') return AbortSignal.any([callerSignal, controller.signal]);
  callerSignal.addEventListener('abort', () => controller.abort(callerSignal.reason), { once: true });
  return controller.signal;
}
