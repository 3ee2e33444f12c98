import type { ServerResponse } from 'node:http';
import type { SchedulerLike } from 'rxjs';
import { Client } from './client.ts';
import { hasClient } from './is-open.ts';
import type { Update } from './messages.ts';

/** In ms: a client that reads nothing for so long is dropped. */
const STALL_TIMEOUT = 30_000;

/** The open event streams. */
export class SseClients {
  private readonly _clients = new Set<Client>();
  private readonly _maxClients: number;
  private readonly _scheduler: SchedulerLike;

  constructor(maxClients: number, scheduler: SchedulerLike) {
    this._maxClients = maxClients;
    this._scheduler = scheduler;
  }

  get watching(): boolean {
    return this._clients.size > 0;
  }

  get full(): boolean {
    for (const client of [...this._clients]) if (!client.connected) this._drop(client);
    return this._clients.size >= this._maxClients;
  }

  /**
   * Takes in a client, whose response has its head, until the connection ends.
   *
   * @param first the event that it gets at once
   * @param everything makes the event with the whole state, for after it has missed something
   */
  join(response: ServerResponse, first: string, everything: () => string): void {
    // It may have left while a hook asked who it is; then no `close` follows.
    if (!hasClient(response)) return;
    const client = new Client(response, first, everything, () => this._scheduler.now());
    this._clients.add(client);
    response.on('close', () => this._clients.delete(client));
    // A connection that breaks is closed; there is nothing else to do about it.
    response.on('error', () => undefined);
  }

  send(update: Update): void {
    const event = eventOf('update', update);
    for (const client of [...this._clients]) {
      if (!client.connected || client.stuckFor() > STALL_TIMEOUT) this._drop(client);
      else client.send(event);
    }
  }

  /** Not left to `close`, which HTTP/2 emits only once what is pending has been written: that is never if it has left. */
  private _drop(client: Client): void {
    this._clients.delete(client);
    client.destroy();
  }

  dispose(): void {
    for (const client of [...this._clients]) client.end();
    this._clients.clear();
  }
}

/** A server-sent event; JSON has no line breaks. */
export function eventOf(type: string, data: unknown): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
