import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { SseClients, eventOf } from '../../../../lib/integrations/dashboard/server/sse-clients.ts';
import type { Update } from '../../../../lib/integrations/dashboard/server/messages.ts';
import { ManualScheduler } from '../../../support/manual-scheduler.ts';

/** A response that is read only by `take()`. */
class SlowResponse extends EventEmitter {
  readonly written: string[] = [];
  ended = false;
  destroyed = false;
  takes = true;
  writableLength = 0;

  write(text: string): void {
    this.written.push(text);
    if (!this.takes) this.writableLength += text.length;
  }

  take(length = this.writableLength): void {
    this.writableLength -= length;
    if (this.writableLength === 0) this.emit('drain');
  }

  end(): void {
    this.ended = true;
    this.emit('close');
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

function updateAt(now: number): Update {
  return { now, rows: [], gone: [], samples: [], entries: [] };
}

function setUp(maxClients = 2) {
  const scheduler = new ManualScheduler();
  const clients = new SseClients(maxClients, scheduler);
  const join = (response = new SlowResponse()): SlowResponse => {
    clients.join(response as unknown as ServerResponse, 'everything', () => 'everything again');
    return response;
  };
  const send = (): string => {
    clients.send(updateAt(scheduler.now()));
    return eventOf('update', updateAt(scheduler.now()));
  };
  return { scheduler, clients, join, send };
}

describe('SseClients', () => {
  it('should send everything first and then what changes', () => {
    const { clients, join, send } = setUp();
    expect(clients.watching).toBe(false);
    const [one, other] = [join(), join()];
    const update = send();
    expect(one.written).toStrictEqual(['everything', update]);
    expect(other.written).toStrictEqual(['everything', update]);
    expect(clients.watching).toBe(true);
  });

  it('should be full with as many as may come, until one leaves', () => {
    const { clients, join } = setUp(1);
    const client = join();
    expect(clients.full).toBe(true);
    client.emit('close');
    expect([clients.full, clients.watching]).toStrictEqual([false, false]);
  });

  it('should queue no more than 1 MB for a client that does not read, and send all once it does', () => {
    const { join, send } = setUp();
    const slow = new SlowResponse();
    slow.takes = false;
    join(slow);
    const { length } = send();
    for (let i = 0; i < 2_000_000 / length; i++) send();
    expect(Math.abs(slow.writableLength - 1_000_000)).toBeLessThan(2 * length);
    expect(slow.written).not.toContain('everything again');

    slow.takes = true;
    slow.take();
    expect(slow.written.at(-1)).toBe('everything again');
    const update = send();
    expect(slow.written.at(-1)).toBe(update);
  });

  it('should send only changes to a client that is slow but has missed nothing', () => {
    const { join, send } = setUp();
    const slow = new SlowResponse();
    slow.takes = false;
    join(slow);
    const updates = [send(), send()];
    slow.take();
    updates.push(send());
    expect(slow.written).toStrictEqual(['everything', ...updates]);
  });

  it('should let be who takes something at times, and drop who then takes nothing for 30 s', () => {
    const { scheduler, join, send } = setUp();
    const slow = new SlowResponse();
    slow.takes = false;
    join(slow);
    for (let i = 0; i < 10; i++) {
      slow.take(10);
      scheduler.pass(20_000);
      send();
    }
    expect(slow.destroyed).toBe(false);
    scheduler.pass(20_000);
    send();
    scheduler.pass(20_000);
    send();
    expect(slow.destroyed).toBe(true);
  });

  it('should drop who takes nothing for 30 s', () => {
    const { scheduler, clients, join, send } = setUp();
    const dead = new SlowResponse();
    dead.takes = false;
    join(dead);
    const other = join();
    scheduler.pass(30_000);
    send();
    expect(dead.destroyed).toBe(false);
    scheduler.pass(1);
    send();
    expect([dead.destroyed, other.destroyed, clients.full]).toStrictEqual([true, false, false]);
  });

  it('should not take in who has left already', () => {
    const { clients, join } = setUp(1);
    const gone = new SlowResponse();
    gone.destroyed = true;
    join(gone);
    expect([clients.watching, gone.written]).toStrictEqual([false, []]);
  });

  it('should survive a connection that breaks', () => {
    const { join } = setUp();
    expect(() => join().emit('error', new Error('ECONNRESET'))).not.toThrow();
  });

  it('should end with all its clients', () => {
    const { clients, join } = setUp();
    const responses = [join(), join()];
    clients.dispose();
    expect(responses.map(({ ended }) => ended)).toStrictEqual([true, true]);
    expect(clients.watching).toBe(false);
  });
});

describe('eventOf', () => {
  it('should be on one line, whatever is in it', () => {
    expect(eventOf('update', { detail: 'a\n\nevent: b\r\n' })).toBe(
      'event: update\ndata: {"detail":"a\\n\\nevent: b\\r\\n"}\n\n',
    );
  });
});
