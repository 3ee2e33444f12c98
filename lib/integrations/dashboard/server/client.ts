import type { ServerResponse } from 'node:http';
import { tryOrReport } from '../../../util/report-error.ts';
import { hasClient } from './is-open.ts';

/** In bytes: how much may wait for a client, beside the whole state that it gets at first. */
const MAX_QUEUED = 1_000_000;

/** An open event stream. */
export class Client {
  private readonly _response: ServerResponse;
  private readonly _everything: () => string;
  private readonly _now: () => number;
  /** How many bytes may wait for it. */
  private _most = MAX_QUEUED;
  /** How many bytes waited for it when last looked at. */
  private _queued = 0;
  /** When it last read some of them. */
  private _tookAt: number;
  private _missed = false;

  /**
   * @param first the event that it gets at once
   * @param everything makes the event with the whole state, for after it has missed something
   */
  constructor(response: ServerResponse, first: string, everything: () => string, now: () => number) {
    this._response = response;
    this._everything = everything;
    this._now = now;
    this._tookAt = now();
    response.on('drain', () => tryOrReport(() => this._catchUp()));
    this._sendAll(first);
  }

  get connected(): boolean {
    return hasClient(this._response);
  }

  /** How many ms it has read nothing although bytes wait for it. */
  stuckFor(): number {
    const queued = this._response.writableLength;
    if (queued === 0 || queued < this._queued) this._tookAt = this._now();
    this._queued = queued;
    return this._now() - this._tookAt;
  }

  /** Sends an event, unless too much waits already: then the client gets the whole state once it has read that. */
  send(event: string): void {
    if (this._missed || this._response.writableLength > this._most) this._missed = true;
    else this._write(event);
  }

  end(): void {
    this._response.end();
  }

  destroy(): void {
    this._response.destroy();
  }

  private _catchUp(): void {
    this._tookAt = this._now();
    if (!this._missed) return;
    const everything = this._everything();
    this._missed = false;
    this._sendAll(everything);
  }

  private _sendAll(everything: string): void {
    this._most = everything.length + MAX_QUEUED;
    this._write(everything);
  }

  private _write(event: string): void {
    this._response.write(event);
    this._queued = this._response.writableLength;
  }
}
