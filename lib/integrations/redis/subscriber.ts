import { asyncScheduler, Observable, Subscription, type TeardownLogic } from 'rxjs';
import { tryOrReport } from '../../util/report-error.ts';
import { scheduleUnref } from '../../util/schedule-unref.ts';

/** The waits between attempts to connect, in ms. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;

interface Emitter {
  on(event: string, listener: (...args: never[]) => void): unknown;
}

interface NodeRedisDuplicate extends Emitter {
  unref?(): void;
  connect(): PromiseLike<unknown>;
  subscribe(channel: string, listener: (message: string) => void): PromiseLike<unknown>;
  destroy?(): void;
  disconnect?(): unknown;
}

interface IoredisDuplicate extends Emitter {
  readonly stream?: { unref?(): void } | undefined;
  connect(): PromiseLike<unknown>;
  subscribe(channel: string): PromiseLike<unknown>;
  disconnect(): void;
}

/** The messages of a channel; the connection is a duplicate that is made again when it is lost. */
export function subscribeNodeRedis(
  client: { duplicate(overrides?: never): unknown },
  channel: string,
): Observable<string> {
  return reconnecting((onMessage, onLost) => {
    const { options } = client as { options?: { socket?: object } };
    // Its own attempts to connect again would keep the process alive.
    const overrides = { pingInterval: undefined, socket: { ...options?.socket, reconnectStrategy: false } };
    const duplicate = client.duplicate(overrides as never) as NodeRedisDuplicate;
    duplicate.on('error', onLost);
    duplicate.on('end', onLost);
    duplicate.unref?.();
    Promise.resolve(duplicate.connect())
      .then(() => duplicate.subscribe(channel, onMessage))
      .then(undefined, onLost);
    return () => {
      // It throws, or rejects, if it is closed already.
      const ended = attempt(() => (duplicate.destroy ? duplicate.destroy() : duplicate.disconnect?.()));
      if (ended instanceof Promise) ended.catch(() => undefined);
    };
  });
}

/** The same for ioredis and iovalkey. */
export function subscribeIoredis(
  client: { duplicate(overrides?: never): unknown },
  channel: string,
): Observable<string> {
  return reconnecting((onMessage, onLost) => {
    const overrides = { lazyConnect: true, retryStrategy: null, autoResubscribe: false };
    const duplicate = client.duplicate(overrides as never) as IoredisDuplicate;
    const unref = (): void => duplicate.stream?.unref?.();
    duplicate.on('error', () => undefined);
    duplicate.on('end', onLost);
    duplicate.on('connect', unref);
    duplicate.on('message', (_: string, message: string) => onMessage(message));
    Promise.resolve(duplicate.connect())
      .then(() => duplicate.subscribe(channel))
      .then(undefined, onLost);
    const early = scheduleUnref(asyncScheduler, 0, unref);
    return () => {
      early.unsubscribe();
      duplicate.disconnect();
    };
  });
}

/** The messages of a client that has its own way to subscribe. */
export function subscribeSender(
  client: { subscribe?(channel: string, listener: (message: string) => void): unknown },
  channel: string,
): Observable<string> {
  return new Observable((subscriber) => {
    const end = client.subscribe?.(channel, (message) => subscriber.next(message)) as
      TeardownLogic | PromiseLike<unknown>;
    if (typeof (end as PromiseLike<unknown> | undefined)?.then === 'function') {
      // Messages are hints: without them the members poll.
      (end as PromiseLike<unknown>).then(undefined, () => undefined);
      return undefined;
    }
    return typeof end === 'function' ? end : undefined;
  });
}

/** Connects, and again after a while when the connection is lost; no timer keeps the process alive. */
function reconnecting(
  connect: (onMessage: (message: string) => void, onLost: () => void) => () => void,
): Observable<string> {
  return new Observable((subscriber) => {
    let wait = FIRST_WAIT;
    const begin = (): void => {
      const connection = new Subscription();
      subscriber.add(connection);
      const onLost = (): void => {
        if (connection.closed) return;
        connection.unsubscribe();
        subscriber.remove(connection);
        subscriber.add(scheduleUnref(asyncScheduler, wait, begin));
        wait = Math.min(LONGEST_WAIT, wait * 2);
      };
      const onMessage = (message: string): void => {
        wait = FIRST_WAIT;
        if (!connection.closed) subscriber.next(message);
      };
      try {
        const end = connect(onMessage, onLost);
        connection.add(() => tryOrReport(end));
      } catch {
        onLost();
      }
    };
    begin();
  });
}

function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch {
    return undefined;
  }
}
