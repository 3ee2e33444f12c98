import { Observable, Subscriber } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { QueuedSubject } from '../../lib/events/queued-subject.ts';
import { NotificationQueue } from '../../lib/events/notification-queue.ts';
import { collect } from '../support/collect.ts';
import { onEach } from '../support/script.ts';

function made(): { outbox: NotificationQueue; channel: QueuedSubject<number>; events$: Observable<number> } {
  const outbox = new NotificationQueue();
  const channel = new QueuedSubject<number>(outbox);
  const events$ = new Observable<number>((subscriber) => {
    channel.add(subscriber);
    return () => channel.remove(subscriber);
  });
  return { outbox, channel, events$ };
}

describe('QueuedSubject', () => {
  it('should emit to all subscribers when the queue is flushed', () => {
    const { outbox, channel, events$ } = made();
    const one = collect(events$);
    const two = collect(events$);
    channel.next(1);
    expect(one).toStrictEqual([]);
    outbox.flush();
    expect([one, two]).toStrictEqual([[1], [1]]);
  });

  it('should emit each event to those subscribed when it happened', () => {
    const { outbox, channel, events$ } = made();
    const early = collect(events$);
    channel.next(1);
    const late = collect(events$);
    channel.next(2);
    outbox.flush();
    expect(early).toStrictEqual([1, 2]);
    expect(late).toStrictEqual([2]);
  });

  it('should not emit to those who have left meanwhile', () => {
    const { outbox, channel, events$ } = made();
    const log: number[] = [];
    const subscription = onEach(events$, (event) => log.push(event));
    channel.next(1);
    subscription.unsubscribe();
    outbox.flush();
    expect(log).toStrictEqual([]);
  });

  it('should know whether it has subscribers', () => {
    const { channel, events$ } = made();
    expect(channel.observed).toBe(false);
    const subscription = events$.subscribe();
    const other = events$.subscribe();
    expect(channel.observed).toBe(true);
    subscription.unsubscribe();
    expect(channel.observed).toBe(true);
    other.unsubscribe();
    expect(channel.observed).toBe(false);
  });

  it('should keep the order when a subscriber causes the next event, which a Subject does not', () => {
    const { outbox, channel, events$ } = made();
    onEach(events$, (event) => {
      if (event < 3) channel.next(event + 1);
      outbox.flush();
    });
    const last = collect(events$);
    channel.next(1);
    outbox.flush();
    expect(last).toStrictEqual([1, 2, 3]);
  });

  it('should report what a subscriber throws that does not keep its errors to itself, and emit to the others', () => {
    const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { outbox, channel, events$ } = made();
    const broken = new Error('broken');
    const throwing: Pick<Subscriber<number>, 'closed' | 'next'> = {
      closed: false,
      next: () => {
        throw broken;
      },
    };
    channel.add(throwing as Subscriber<number>);
    const last = collect(events$);
    channel.next(1);
    outbox.flush();
    channel.next(2);
    outbox.flush();
    expect(last).toStrictEqual([1, 2]);
    expect(reported.mock.calls).toStrictEqual([[broken], [broken]]);
  });

  it('should complete its subscribers after what was emitted before, and those who come later at once', () => {
    const { outbox, channel, events$ } = made();
    const early = collect(events$);
    channel.next(1);
    channel.complete();
    outbox.flush();
    expect(early).toStrictEqual([1, '|']);
    expect(collect(events$)).toStrictEqual(['|']);
    expect(channel.observed).toBe(false);
  });

  describe('scale', () => {
    const COUNT = 100_000;

    it('should let 100,000 subscribers join, get a value and leave, with one copy of their list', () => {
      const { outbox, channel } = made();
      let received = 0;
      const observer = { next: () => (received += 1), error: () => undefined, complete: () => undefined };
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- as an operator outside of RxJS would be given them
      const subscribers = Array.from({ length: COUNT }, () => new Subscriber<number>(observer));
      const spread = vi.spyOn(Set.prototype, Symbol.iterator);
      for (const subscriber of subscribers) channel.add(subscriber);
      channel.next(1);
      channel.next(2);
      outbox.flush();
      for (const subscriber of subscribers) channel.remove(subscriber);
      channel.next(3);
      outbox.flush();
      // Joining and leaving copy nothing, and two values share one copy.
      expect(spread).toHaveBeenCalledTimes(1);
      spread.mockRestore();
      expect(received).toBe(2 * COUNT);
      expect(channel.observed).toBe(false);
    });

    it('should copy again only after a change', () => {
      const { outbox, channel, events$ } = made();
      const early = collect(events$);
      const spread = vi.spyOn(Set.prototype, Symbol.iterator);
      for (let i = 0; i < 10; i++) channel.next(i);
      const late = collect(events$);
      channel.next(10);
      outbox.flush();
      expect(spread).toHaveBeenCalledTimes(2);
      spread.mockRestore();
      expect(early).toStrictEqual(Array.from({ length: 11 }, (_, i) => i));
      expect(late).toStrictEqual([10]);
    });
  });
});
