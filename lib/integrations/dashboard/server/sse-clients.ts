import type { ServerResponse } from 'node:http';
import type { SchedulerLike } from 'rxjs';
import { Client } from './client.ts';
import { hasClient } from './is-open.ts';
import type { Update } from './messages.ts';

/** In ms: a client that reads nothing for so long is dropped. */
const STALL_TIMEOUT = 30_000;

/** All who watch. */
export class SseClients {
  readonly #clients = new Set<Client>();
  readonly #maxClients: number;
  readonly #scheduler: SchedulerLike;

  constructor(maxClients: number, scheduler: SchedulerLike) {
    this.#maxClients = maxClients;
    this.#scheduler = scheduler;
  }

  get watches(): boolean {
    return this.#clients.size > 0;
  }

  get full(): boolean {
    for (const client of [...this.#clients]) if (!client.connected) this.#drop(client);
    return this.#clients.size >= this.#maxClients;
  }

  /**
   * Takes somebody in, whose response has its head, until the connection ends.
   *
   * @param first the event that is told at first
   * @param everything the event that tells all there is, for who has missed something
   */
  join(response: ServerResponse, first: string, everything: () => string): void {
    // It may have left while a hook asked who it is, and then no `close` follows.
    if (!hasClient(response)) return;
    const client = new Client(response, first, everything, () => this.#scheduler.now());
    this.#clients.add(client);
    response.on('close', () => this.#clients.delete(client));
    // A connection that breaks is closed; there is nothing else to do about it.
    response.on('error', () => undefined);
  }

  tell(update: Update): void {
    const event = eventOf('update', update);
    for (const client of [...this.#clients]) {
      if (!client.connected || client.stuckFor() > STALL_TIMEOUT) this.#drop(client);
      else client.send(event);
    }
  }

  /** Not left to `close`, which HTTP/2 emits only once what is pending has been written: that is never if it has left. */
  #drop(client: Client): void {
    this.#clients.delete(client);
    client.destroy();
  }

  dispose(): void {
    for (const client of [...this.#clients]) client.end();
    this.#clients.clear();
  }
}

/** A server-sent event; JSON has no line breaks. */
export function eventOf(type: string, data: unknown): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
