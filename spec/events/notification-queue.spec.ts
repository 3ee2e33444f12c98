import { describe, expect, it } from 'vitest';
import { NotificationQueue } from '../../lib/events/notification-queue.ts';

describe('NotificationQueue', () => {
  it('should deliver what is posted only when flushed, in order and once', () => {
    const outbox = new NotificationQueue();
    const log: number[] = [];
    outbox.post(() => log.push(1));
    outbox.post(() => log.push(2));
    expect(log).toStrictEqual([]);
    outbox.flush();
    outbox.flush();
    expect(log).toStrictEqual([1, 2]);
  });

  it('should let what a delivery posts wait its turn', () => {
    const outbox = new NotificationQueue();
    const log: string[] = [];
    outbox.post(() => {
      log.push('> first');
      outbox.post(() => log.push('third'));
      outbox.flush();
      log.push('< first');
    });
    outbox.post(() => log.push('second'));
    outbox.flush();
    expect(log).toStrictEqual(['> first', '< first', 'second', 'third']);
  });

  it('should need no stack for a chain of deliveries', () => {
    const outbox = new NotificationQueue();
    let left = 100_000;
    const next = (): void => {
      if (--left === 0) return;
      outbox.post(next);
      outbox.flush();
    };
    outbox.post(next);
    outbox.flush();
    expect(left).toBe(0);
  });

  it('should hold back what an action posts until it is over', () => {
    const outbox = new NotificationQueue();
    const log: string[] = [];
    outbox.hold(() => {
      outbox.post(() => log.push('delivered'));
      outbox.flush();
      log.push('acted');
    });
    expect(log).toStrictEqual(['acted', 'delivered']);
  });

  it('should hold back within a delivery too, until all that was posted before is delivered', () => {
    const outbox = new NotificationQueue();
    const log: string[] = [];
    outbox.post(() => outbox.hold(() => outbox.post(() => log.push('last'))));
    outbox.post(() => log.push('first'));
    outbox.flush();
    expect(log).toStrictEqual(['first', 'last']);
  });

  it('should go on after an action that throws', () => {
    const outbox = new NotificationQueue();
    const log: string[] = [];
    expect(() =>
      outbox.hold(() => {
        outbox.post(() => log.push('posted'));
        throw new Error('action');
      }),
    ).toThrow('action');
    outbox.flush();
    expect(log).toStrictEqual(['posted']);
  });

  it('should deliver the rest later if there was no stack left', () => {
    const outbox = new NotificationQueue();
    const log: string[] = [];
    outbox.post(() => {
      throw new RangeError('Maximum call stack size exceeded');
    });
    outbox.post(() => log.push('rest'));
    expect(() => outbox.flush()).toThrow(RangeError);
    outbox.post(() => log.push('next'));
    outbox.flush();
    expect(log).toStrictEqual(['rest', 'next']);
  });
});
