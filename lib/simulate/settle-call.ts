import { TimeoutError } from 'rxjs';
import type { Call } from '../breaker/call.ts';
import type { Prepared } from './prepare.ts';

// eslint-disable-next-line @typescript-eslint/no-deprecated -- one does for all: an error costs a stack trace
const timeoutError = new TimeoutError();

/** Reports to the breaker how a call ended: by the answer with a status, or given up. */
export function settleCall(
  call: Call<{ status: number }>,
  status: number,
  givenUp: boolean,
  { world, failed }: Prepared,
): void {
  if (givenUp) call.error(timeoutError);
  else if (world.classify && status !== 0) {
    call.next({ status });
    call.complete();
  } else if (failed[status] === 1) call.error(world.errorOf(status));
  else call.complete();
}
