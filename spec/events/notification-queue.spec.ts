import { describe, expect, it } from 'vitest';
import { NotificationQueue, type Receiver } from '../../lib/events/notification-queue.ts';

/** A receiver that does as it is asked. */
const run: Receiver<() => void> = { receive: (action) => action() };

function logged<T = string>(): { log: T[]; receiver: Receiver<T> } {
  const log: T[] = [];
  return { log, receiver: { receive: (notification) => void log.push(notification) } };
}

describe('NotificationQueue', () => {
  it('should deliver what is posted only when flushed, in order and once', () => {
    const queue = new NotificationQueue();
    const { log, receiver } = logged<number>();
    queue.post(receiver, 1);
    queue.post(receiver, 2);
    expect(log).toStrictEqual([]);
    queue.flush();
    queue.flush();
    expect(log).toStrictEqual([1, 2]);
  });

  it('should deliver to each receiver its own notifications, also undefined', () => {
    const queue = new NotificationQueue();
    const [one, other] = [logged<string | undefined>(), logged<string | undefined>()];
    queue.post(one.receiver, 'a');
    queue.post(other.receiver, undefined);
    queue.post(one.receiver, 'b');
    queue.flush();
    expect([one.log, other.log]).toStrictEqual([['a', 'b'], [undefined]]);
  });

  it('should append what a delivery posts', () => {
    const queue = new NotificationQueue();
    const { log, receiver } = logged();
    queue.post(run, () => {
      log.push('> first');
      queue.post(receiver, 'third');
      queue.flush();
      log.push('< first');
    });
    queue.post(receiver, 'second');
    queue.flush();
    expect(log).toStrictEqual(['> first', '< first', 'second', 'third']);
  });

  it('should need no stack for a chain of deliveries', () => {
    const queue = new NotificationQueue();
    let left = 100_000;
    const next = (): void => {
      if (--left === 0) return;
      queue.post(run, next);
      queue.flush();
    };
    queue.post(run, next);
    queue.flush();
    expect(left).toBe(0);
  });

  it.each([1, 2, 100])('should stay short during a re-entrant chain of 10,000 with %i waiting', (waiting) => {
    const queue = new NotificationQueue();
    let left = 10_000;
    let longest = 0;
    const next = (): void => {
      longest = Math.max(longest, getItems(queue).length);
      if (--left > 0) queue.post(run, next);
    };
    for (let i = 0; i < waiting; i++) queue.post(run, next);
    queue.flush();
    expect(left).toBeLessThanOrEqual(0);
    // Two entries a notification; delivered ones may take as much room again, and never more than 64 beyond it.
    expect(longest).toBeLessThanOrEqual(4 * waiting + 64 + 2);
  });

  it('should deliver all in order, however much is appended while it drops what is delivered', () => {
    const queue = new NotificationQueue();
    const { log, receiver } = logged<number>();
    let posted = 0;
    const more: Receiver<number> = {
      receive: (count) => {
        for (let i = 0; i < count; i++) queue.post(receiver, posted++);
        if (count > 0) queue.post(more, count - 1);
      },
    };
    queue.post(more, 200);
    queue.flush();
    expect(log).toStrictEqual(Array.from({ length: (200 * 201) / 2 }, (_, i) => i));
  });

  it('should hold nothing after a flush', () => {
    const queue = new NotificationQueue();
    queue.post(run, () => undefined);
    expect(getItems(queue)).toHaveLength(2);
    queue.flush();
    expect(getItems(queue)).toHaveLength(0);
  });

  it('should hold back what an action posts until it is over', () => {
    const queue = new NotificationQueue();
    const { log, receiver } = logged();
    queue.hold(() => {
      queue.post(receiver, 'delivered');
      queue.flush();
      log.push('acted');
    });
    expect(log).toStrictEqual(['acted', 'delivered']);
  });

  it('should hold back within a delivery too, until all that was posted before is delivered', () => {
    const queue = new NotificationQueue();
    const { log, receiver } = logged();
    queue.post(run, () => queue.hold(() => queue.post(receiver, 'last')));
    queue.post(receiver, 'first');
    queue.flush();
    expect(log).toStrictEqual(['first', 'last']);
  });

  it('should go on after an action that throws', () => {
    const queue = new NotificationQueue();
    const { log, receiver } = logged();
    expect(() =>
      queue.hold(() => {
        queue.post(receiver, 'posted');
        throw new Error('action');
      }),
    ).toThrow('action');
    queue.flush();
    expect(log).toStrictEqual(['posted']);
  });

  it('should deliver the rest later if there was no stack left', () => {
    const queue = new NotificationQueue();
    const { log, receiver } = logged();
    queue.post(run, () => {
      throw new RangeError('Maximum call stack size exceeded');
    });
    queue.post(receiver, 'rest');
    expect(() => queue.flush()).toThrow(RangeError);
    queue.post(receiver, 'next');
    queue.flush();
    expect(log).toStrictEqual(['rest', 'next']);
  });
});

/** The entries that the queue keeps. */
function getItems(queue: NotificationQueue): readonly unknown[] {
  return (queue as unknown as { _items?: unknown[] })._items ?? [];
}
