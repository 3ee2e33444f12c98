import {
  defer,
  Observable,
  timeout,
  VirtualTimeScheduler,
  type MonoTypeOperatorFunction,
  type SchedulerLike,
} from 'rxjs';

/** What each client puts around its requests; made once a client, on the world's scheduler. */
export type Protection = (scheduler: SchedulerLike) => MonoTypeOperatorFunction<string>;

/** Five clients of eight calls a second: four fifths of what the server can do. */
const CLIENTS = 5;
const CALLS_PER_SECOND = 8;
/** 50 requests a second. */
const SERVICE_TIME = 20;
const CLIENT_TIMEOUT = 1_000;

/** What happens to the server from 10 s to 20 s, and never again: it stands still, or fails three requests in ten. */
export type Trouble = 'stall' | 'errors';
const TROUBLE = { from: 10_000, to: 20_000 };
const FAILURE_RATE = 0.3;

/** Serves one request after the other. It does not notice when a client stops waiting, and serves that request too. */
class QueuedServer {
  private readonly _queue: ((failed: boolean) => void)[] = [];
  private _busy = false;
  private _served = 0;
  private readonly _trouble: Trouble;
  private readonly _scheduler: SchedulerLike;

  constructor(trouble: Trouble, scheduler: SchedulerLike) {
    this._trouble = trouble;
    this._scheduler = scheduler;
  }

  request(): Observable<string> {
    return new Observable((subscriber) => {
      this._queue.push((failed) => {
        if (failed) return subscriber.error(new Error('500'));
        subscriber.next('42 pens');
        subscriber.complete();
      });
      if (!this._busy) this._serve();
    });
  }

  private _serve(): void {
    const respond = this._queue.shift();
    this._busy = respond !== undefined;
    if (!respond) return;
    const now = this._scheduler.now();
    const inTrouble = now >= TROUBLE.from && now < TROUBLE.to;
    const stall = inTrouble && this._trouble === 'stall' ? TROUBLE.to - now : 0;
    const failed = inTrouble && this._trouble === 'errors' && (this._served * FAILURE_RATE) % 1 < FAILURE_RATE;
    this._served++;
    this._scheduler.schedule(() => {
      respond(failed);
      this._serve();
    }, stall + SERVICE_TIME);
  }
}

/** Runs the fleet in virtual time, and returns the share of the calls of each second that succeeded in the end. */
export function runFleet(trouble: Trouble, seconds: number, protect: Protection): number[] {
  const scheduler = new VirtualTimeScheduler(undefined, seconds * 1_000 + 30_000);
  const server = new QueuedServer(trouble, scheduler);
  const succeeded = Array<number>(seconds).fill(0);

  for (let client = 0; client < CLIENTS; client++) {
    const guard = protect(scheduler);
    const call$ = defer(() => server.request()).pipe(timeout({ each: CLIENT_TIMEOUT, scheduler }), guard);
    const interval = 1_000 / CALLS_PER_SECOND;
    const callAt = (at: number): void => {
      const second = Math.floor(at / 1_000);
      if (second >= seconds) return;
      call$.subscribe({ complete: () => succeeded[second]!++, error: () => undefined });
      scheduler.schedule(() => callAt(at + interval), interval);
    };
    const first = (interval / CLIENTS) * client;
    scheduler.schedule(() => callAt(first), first);
  }
  scheduler.flush();
  return succeeded.map((count) => count / (CLIENTS * CALLS_PER_SECOND));
}
