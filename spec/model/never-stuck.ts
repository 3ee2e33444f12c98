import { fail } from 'node:assert';
import type { Client, Config } from './config.ts';
import type { TestSubject } from './subject.ts';

/** A call that succeeds at once. */
const CALLER: Client = {
  members: [{ classified: false, script: ['complete'] }],
  join: 'merge',
  each: 'none',
  whole: 'none',
  manner: 'plain',
};

/** Seconds: the longest wait and then, by the worst permit, a chance of 1e-20 to be refused each time. */
const PATIENCE = 60 + 640;

/** With a call each second some call is admitted, unless the retry is never or the circuit is forced open. */
export function expectNeverStuck(subject: TestSubject): void {
  for (let seconds = 0; seconds < PATIENCE; seconds++) {
    const { breaker, callers } = subject;
    const { admitted } = callers;
    if (breaker.state === 'forced_open' || (breaker.state === 'open' && isNever(subject.config))) return;
    subject.advance(1_000);
    callers.subscribe(CALLER);
    if (callers.admitted > admitted) return;
  }
  fail(`no call was admitted in ${String(PATIENCE)} seconds`);
}

function isNever({ retry }: Config): boolean {
  return retry.kind === 'never' || (retry.kind === 'notifier' && retry.emits === 'complete');
}
