import type { Signal } from '../../types/signal.ts';
import type { State } from '../../types/state.ts';

/** The thread of one failure cycle; without a `ts` until a message has opened it. */
interface Thread {
  ts: string | undefined;
}

interface Post {
  readonly signal: Signal;
  /** Undefined outside of failure cycles, such as for a circuit that is disabled while it is closed. */
  readonly thread: Thread | undefined;
  readonly closes: boolean;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Posts, in the thread if it has a `ts`; returns the `ts` of the message, or undefined if there was none to post. */
export type Send = (
  signal: Signal,
  missed: number,
  place: { readonly ts: string | undefined; readonly closes: boolean },
) => Promise<{ readonly ts?: string | undefined } | undefined>;

/** In which no call is rejected, so that a failure cycle has ended. */
const CLOSING: ReadonlySet<State> = new Set<State>(['closed', 'disabled', 'metrics_only']);

/** The messages about one circuit: one after the other, those of a failure cycle in one thread. */
export class CircuitPosts {
  private readonly _send: Send;
  private readonly _maxWaiting: number;
  private readonly _onEnd: () => void;
  private readonly _waiting: Post[] = [];
  private _thread: Thread | undefined;
  private _missed = 0;
  private _posting = false;

  /** @param onEnd called when nothing is left to post and no thread is open */
  constructor(send: Send, maxWaiting: number, onEnd: () => void) {
    this._send = send;
    this._maxWaiting = maxWaiting;
    this._onEnd = onEnd;
  }

  get posting(): boolean {
    return this._posting;
  }

  /** Resolves when it is posted, or dropped for newer ones; rejects if that failed. */
  add(signal: Signal): Promise<void> {
    return new Promise((done, failed) => {
      const closes = CLOSING.has(signal.newState);
      // The thread belongs to the cycle in which the signal came, whatever has been posted until then.
      if (!closes) this._thread ??= { ts: undefined };
      this._waiting.push({ signal, thread: this._thread, closes, done, failed });
      if (closes) this._thread = undefined;
      if (this._waiting.length > this._maxWaiting) this._dropOldest();
      if (!this._posting) void this._work();
    });
  }

  private _dropOldest(): void {
    this._waiting.shift()?.done();
    this._missed += 1;
  }

  private async _work(): Promise<void> {
    this._posting = true;
    // Not in the call that changed the state.
    await Promise.resolve();
    for (let post = this._waiting.shift(); post; post = this._waiting.shift()) {
      await this._post(post).then(post.done, post.failed);
    }
    this._posting = false;
    // The next message still has to say what could not be posted.
    if (!this._thread && this._missed === 0) this._onEnd();
  }

  private async _post({ signal, thread, closes }: Post): Promise<void> {
    const missed = this._missed;
    try {
      const posted = await this._send(signal, missed, { ts: thread?.ts, closes });
      if (!posted) return;
      // Meanwhile there may be more.
      this._missed -= missed;
      if (thread) thread.ts ??= posted.ts;
    } catch (error) {
      this._missed += 1;
      throw error;
    }
  }
}
