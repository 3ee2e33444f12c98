import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Snapshot, Update } from '../../../../lib/integrations/dashboard/server/messages.ts';

/** Serves until the test is over; returns the address. */
export async function serve(handler: RequestListener): Promise<string> {
  return addressOf(createServer(handler).listen(0, '127.0.0.1'));
}

/** The address of a server, once it listens; it is closed when the test is over. */
export async function addressOf(server: Server): Promise<string> {
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  if (!server.listening) await once(server, 'listening');
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

export interface Event {
  readonly type: 'snapshot' | 'update';
  readonly data: Snapshot & Update;
}

/** The events of a stream as they come, until the server ends it or the test is over. */
export async function* eventsOf(url: string): AsyncGenerator<Event, void> {
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const response = await fetch(url, { signal: leaving.signal });
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const parts = (text + chunk).split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const [, type, data] = /^event: (\w+)\ndata: (.*)$/.exec(part) ?? [];
      yield { type: type as Event['type'], data: JSON.parse(data ?? '') as Event['data'] };
    }
  }
}

/** The first event that is as wanted. */
export async function eventWhere(
  events: AsyncGenerator<Event, void>,
  wanted: (event: Event) => boolean,
): Promise<Event> {
  for (;;) {
    const { value, done } = await events.next();
    if (done) throw new Error('the stream has ended');
    if (wanted(value)) return value;
  }
}
