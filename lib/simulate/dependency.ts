import type { Agenda } from './agenda.ts';
import { Fifo } from './fifo.ts';

/** A try on its way: from admission to its answer, or to the moment when its caller gives up. */
export interface Try {
  /** The order of starts. */
  readonly order: number;
  /** How long the dependency works on it, in ms; `Infinity` for one that hangs. */
  readonly work: number;
  /** When the caller gives up. */
  readonly until: number;
  /** Whether the caller has its answer, or has given up. */
  isOver: boolean;
  /** Whether it has a slot, or had one. */
  isServed: boolean;
}

/** Something that happens to a try: its answer, or the end of its caller's patience. */
export interface TryEvent<T extends Try> {
  readonly attempt: T;
  readonly isAnswer: boolean;
}

/**
 * A dependency that works on so many tries at once; the others wait in one queue. It does not notice that a caller has
 * given up, and works on that try too; only one that hangs gives its slot back then.
 */
export class Dependency<T extends Try> {
  private readonly _agenda: Agenda<TryEvent<T>>;
  private readonly _slots: number;
  private readonly _queue = new Fifo<T>();
  private _busy = 0;

  constructor(slots: number, agenda: Agenda<TryEvent<T>>) {
    this._slots = slots;
    this._agenda = agenda;
  }

  request(attempt: T, now: number): void {
    const isServed = this._busy < this._slots;
    if (isServed) this._serve(attempt, now);
    else this._queue.push(attempt);
    const isInTime = isServed && now + attempt.work <= attempt.until;
    if (!isInTime && attempt.until < Infinity) this._schedule(attempt.until, { attempt, isAnswer: false });
  }

  /** After an answer, or at the end of a try that hangs: the next one has its turn. */
  release(now: number): void {
    this._busy--;
    while (this._busy < this._slots) {
      const next = this._queue.shift();
      if (!next) return;
      if (next.isOver && next.work === Infinity) continue;
      this._serve(next, now);
    }
  }

  private _serve(attempt: T, now: number): void {
    this._busy++;
    attempt.isServed = true;
    if (attempt.work < Infinity) this._schedule(now + attempt.work, { attempt, isAnswer: true });
  }

  private _schedule(time: number, event: TryEvent<T>): void {
    // At the same moment an answer is in time.
    this._agenda.push(time, event.attempt.order * 2 + (event.isAnswer ? 0 : 1), event);
  }
}
