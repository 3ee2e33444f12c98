import type { ServerResponse } from 'node:http';

/** Somebody who watches: an open event stream. */
export class Client {
  readonly #response: ServerResponse;
  readonly #everything: () => string;
  /** Since when it has not taken all that it was sent, in the scheduler's time. */
  #stuckSince: number | undefined;
  #missed = false;

  /** @param everything the event that tells all there is */
  constructor(response: ServerResponse, everything: () => string) {
    this.#response = response;
    this.#everything = everything;
    response.on('drain', () => this.#caughtUp());
  }

  /** Sends an event, unless the client is still busy with the last one: then it is told all later, and not queued for. */
  send(event: string, now: number): void {
    if (this.#stuckSince !== undefined) this.#missed = true;
    else if (!this.#response.write(event)) this.#stuckSince = now;
  }

  /** How many ms the client has been stuck. */
  stuckFor(now: number): number {
    return now - (this.#stuckSince ?? now);
  }

  end(): void {
    this.#response.end();
  }

  destroy(): void {
    this.#response.destroy();
  }

  #caughtUp(): void {
    const since = this.#stuckSince;
    this.#stuckSince = undefined;
    if (!this.#missed || since === undefined) return;
    this.#missed = false;
    // Stuck since then as long as this is not taken either.
    this.send(this.#everything(), since);
  }
}
