// What must hold after each step whatever the model does, checked on what the breaker shows and on nothing else.
import { deepStrictEqual, ok } from 'node:assert';
import type { CallEvent, Signal, State } from '../../lib/index.ts';
import type { TestSubject } from './subject.ts';

export class Invariants {
  readonly #subject: TestSubject;
  #state = 'closed';
  #inFlight = 0;
  #rejected = 0;
  #ignored = 0;
  #admitted = 0;
  /** How many probes of this half-open period may have been lost. */
  #lost = 0;
  /** What each watcher of the state was shown last. */
  readonly #last = new Map<string, unknown>();

  constructor(subject: TestSubject) {
    this.#subject = subject;
  }

  /** After each step, before the logs of it are dropped. */
  check(): void {
    const { breaker, disposed } = this.#subject;
    const { state, inFlight, rejected, ignored } = breaker.info();
    const from = this.#state;
    const signals = this.#signals();
    this.#chain(signals);
    if (!disposed) deepStrictEqual(this.#state, state, 'the last signal has the state');
    this.#places(from === state && signals.length === 0, inFlight);
    this.#timers();
    deepStrictEqual(rejected, this.#rejected + this.#count('rejected'), 'each rejection is counted');
    deepStrictEqual(ignored, this.#ignored + this.#count('ignored'), 'each ignored call is counted, also a stale one');
    this.#shown(state);
    this.#state = state;
    this.#inFlight = inFlight;
    this.#rejected = rejected;
    this.#ignored = ignored;
    this.#admitted = this.#subject.callers.admitted;
  }

  /** Does what happens to calls; if their events are stale, or there is none, nothing else may change. */
  harmlessIfStale(happen: () => void): void {
    const before = this.#shownByInfo();
    const { inFlight } = this.#subject.breaker.info();
    happen();
    const events = this.#events();
    if (events.some(({ stale }) => !stale) || this.#attempts() > 0) return;
    const after = this.#shownByInfo();
    // Calls made while disabled emit no event.
    const { state, inFlight: left } = this.#subject.breaker.info();
    if (state === 'disabled' && left < inFlight) return;
    deepStrictEqual(this.#signals(), [], 'nothing of an older epoch changes the state');
    deepStrictEqual(after, before, 'nothing of an older epoch changes anything');
  }

  /** Each change begins where the last one ended, and changes something. */
  #chain(signals: Signal[]): void {
    for (const { oldState, newState } of signals) {
      deepStrictEqual(oldState, this.#state);
      ok(newState !== oldState, `${oldState} is entered from itself`);
      this.#state = newState;
    }
  }

  /** A watcher of the state is shown each one once, and the last one by now. */
  #shown(state: State): void {
    for (const { who, what } of this.#subject.log) {
      if (!who.startsWith('state$')) continue;
      ok(this.#last.get(who) !== what, `${who} is shown ${String(what)} twice in a row`);
      this.#last.set(who, what);
    }
    for (const { name, stream } of this.#subject.watchers.values()) {
      if (stream === 'state$') deepStrictEqual(this.#last.get(name), state);
    }
  }

  /** A place is taken by each admitted call of this epoch that has not settled, and by nothing else. */
  #places(sameEpoch: boolean, inFlight: number): void {
    const { breaker, config, disposed } = this.#subject;
    const admitted = this.#subject.callers.admitted - this.#admitted;
    const settled = this.#events().filter(({ type, stale }) => type !== 'rejected' && !stale).length;
    const { live } = this.#subject.callers;
    ok(inFlight >= 0 && inFlight <= live, `${String(inFlight)} places taken by ${String(live)} calls`);
    if (!sameEpoch || breaker.state === 'disabled' || disposed) {
      ok(inFlight <= admitted + (sameEpoch ? this.#inFlight : 0), 'places are taken by calls of this epoch');
    } else {
      deepStrictEqual(inFlight, this.#inFlight + admitted - settled, 'places are conserved');
    }
    this.#lost = (sameEpoch ? this.#lost : 0) + this.#count('cancelled') + this.#count('ignored');
    if (breaker.state !== 'half_open' || !sameEpoch) return;
    ok(inFlight <= Math.max(config.maxProbes, 1 + this.#lost), 'no more than maxProbes, or one more than were lost');
  }

  /** A timer for each probe in flight, and one for an open circuit that is watched or has a notifier. */
  #timers(): void {
    const { breaker, config, watchers } = this.#subject;
    const { state, inFlight } = breaker.info();
    const notified = config.retry.kind === 'notifier' || config.retry.kind === 'retryIf';
    const wakes = state === 'open' && (watchers.size > 0 || notified) ? 1 : 0;
    const most = state === 'half_open' ? inFlight : wakes;
    ok(this.#subject.pending() <= most, `${String(this.#subject.pending())} timers, where ${String(most)} may be`);
  }

  #signals(): Signal[] {
    return this.#subject.log.filter(({ who }) => who === 'listener').map(({ what }) => what as Signal);
  }

  #events(): CallEvent[] {
    return this.#subject.events.filter((event): event is CallEvent => event !== 'complete');
  }

  #attempts(): number {
    return this.#subject.callers.admitted - this.#admitted + this.#count('rejected');
  }

  #count(type: CallEvent['type']): number {
    return this.#events().filter((event) => event.type === type).length;
  }

  /** All but the ignored calls, of which stale ones count too. */
  #shownByInfo(): object {
    return { ...this.#subject.info(), ignored: undefined };
  }
}
