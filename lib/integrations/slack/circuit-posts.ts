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

/** Posts, in the thread if it has a `ts`; answers the `ts` of the message, or undefined if there was nothing to say. */
export type Send = (
  signal: Signal,
  missed: number,
  place: { readonly ts: string | undefined; readonly closes: boolean },
) => Promise<{ readonly ts?: string | undefined } | undefined>;

/** In which no call is rejected, so that a failure cycle has ended. */
const CLOSING: ReadonlySet<State> = new Set<State>(['closed', 'disabled', 'metrics_only']);

/** What is posted about one circuit: one message after the other, those of a failure cycle in one thread. */
export class CircuitPosts {
  readonly #send: Send;
  readonly #maxWaiting: number;
  readonly #onEnd: () => void;
  readonly #waiting: Post[] = [];
  #thread: Thread | undefined;
  #missed = 0;
  #posting = false;

  /** @param onEnd called when nothing is left to be told and no thread is open */
  constructor(send: Send, maxWaiting: number, onEnd: () => void) {
    this.#send = send;
    this.#maxWaiting = maxWaiting;
    this.#onEnd = onEnd;
  }

  get posting(): boolean {
    return this.#posting;
  }

  /** Resolves when it is posted, or given up for newer ones; rejects if that failed. */
  add(signal: Signal): Promise<void> {
    return new Promise((done, failed) => {
      const closes = CLOSING.has(signal.newState);
      // The thread is that of the cycle in which the signal came, whatever has been posted until then.
      if (!closes) this.#thread ??= { ts: undefined };
      this.#waiting.push({ signal, thread: this.#thread, closes, done, failed });
      if (closes) this.#thread = undefined;
      if (this.#waiting.length > this.#maxWaiting) this.#giveUpOldest();
      if (!this.#posting) void this.#work();
    });
  }

  #giveUpOldest(): void {
    this.#waiting.shift()?.done();
    this.#missed += 1;
  }

  async #work(): Promise<void> {
    this.#posting = true;
    // Not in the call that changed the state.
    await Promise.resolve();
    for (let post = this.#waiting.shift(); post; post = this.#waiting.shift()) {
      await this.#post(post).then(post.done, post.failed);
    }
    this.#posting = false;
    // What could not be posted is still to be told of.
    if (!this.#thread && this.#missed === 0) this.#onEnd();
  }

  async #post({ signal, thread, closes }: Post): Promise<void> {
    const told = this.#missed;
    try {
      const posted = await this.#send(signal, told, { ts: thread?.ts, closes });
      if (!posted) return;
      // Meanwhile there may be more.
      this.#missed -= told;
      if (thread) thread.ts ??= posted.ts;
    } catch (error) {
      this.#missed += 1;
      throw error;
    }
  }
}
