import { Subscription, type TeardownLogic } from 'rxjs';
import { observeCalls } from '../../../registry/observe-calls.ts';
import type { Signal } from '../../../types/signal.ts';
import { reportError, tryOrReport } from '../../../util/report-error.ts';
import { scheduleUnref } from '../../../util/schedule-unref.ts';
import type { CircuitList } from './circuit-list.ts';
import type { Circuit } from './circuit.ts';
import { LastErrors } from './last-errors.ts';
import type { Entry, Sample, Update } from './messages.ts';
import type { DashboardSettings } from './options.ts';

/** In ms: signals of that time are sent together, so that a circuit that flaps wildly floods no client. */
const SIGNAL_DELAY = 100;

/**
 * How many samples a page that opens gets in all, and at least of each circuit: more would take the server's time from
 * its own work.
 */
const MAX_SAMPLES = 30_000;
const MIN_SAMPLES = 60;

/** The entries that the timeline keeps. */
const MAX_ENTRIES = 200;

/** The clients as the monitor needs them. */
export interface Clients {
  readonly watching: boolean;
  send(update: Update): void;
}

/** Keeps the recent past of the circuits, and sends what changes while there are clients. */
export class Monitor {
  private readonly _circuits: CircuitList;
  private readonly _settings: DashboardSettings;
  private readonly _clients: Clients;
  private readonly _errors: LastErrors | undefined;
  private readonly _following: Subscription;
  private _timer: Subscription | undefined;
  private _flushing: Subscription | undefined;
  private _entries: Entry[] = [];
  private _count = 0;
  /** What is to be sent after the delay. */
  private _pending: Entry[] = [];
  private readonly _touched = new Set<Circuit>();

  constructor(circuits: CircuitList, settings: DashboardSettings, clients: Clients) {
    this._circuits = circuits;
    this._settings = settings;
    this._clients = clients;
    const { errorText } = settings;
    this._errors = errorText && new LastErrors(errorText);
    this._following = circuits.follow((circuit) => this._follow(circuit));
    this._scheduleSample();
  }

  /** Returns the whole state, and sends the other clients what it has that is new: so all can be sent changes alone. */
  everything(): Update {
    const circuits = [...this._circuits];
    this._send(circuits, []);
    const most = Math.max(MIN_SAMPLES, Math.floor(MAX_SAMPLES / circuits.length));
    return {
      now: this._settings.scheduler.now(),
      rows: circuits.map((circuit) => circuit.send()),
      gone: [],
      samples: circuits.map(({ key, samples }) => [key, samples.slice(-most)]),
      entries: this._entries,
    };
  }

  dispose(): void {
    this._timer?.unsubscribe();
    this._flushing?.unsubscribe();
    this._following.unsubscribe();
  }

  private _follow(circuit: Circuit): TeardownLogic {
    const { breaker } = circuit;
    const following = new Subscription();
    following.add(observeCalls(breaker, circuit));
    if (this._errors) following.add(this._errors.follow(circuit));
    following.add(breaker.signal$.subscribe({ next: (signal) => this._note(circuit, signal), error: reportError }));
    return following;
  }

  private _scheduleSample(): void {
    this._timer = scheduleUnref(this._settings.scheduler, this._settings.interval, () => {
      this._scheduleSample();
      // What a user's code throws must not end the process.
      tryOrReport(() => this._sample());
    });
  }

  private _sample(): void {
    const { scheduler, history } = this._settings;
    const now = scheduler.now();
    this._errors?.resolve();
    const samples: [string, Sample[]][] = [];
    for (const circuit of this._circuits) {
      const sample = circuit.sample(now, now - history);
      if (sample) samples.push([circuit.key, [sample]]);
    }
    this._send(this._circuits, samples);
  }

  private _note(circuit: Circuit, signal: Signal): void {
    const { timestamp, oldState, newState } = signal;
    const detail = circuit.note(signal);
    const entry: Entry = { id: ++this._count, key: circuit.key, at: timestamp, from: oldState, to: newState, detail };
    this._entries = [...this._entries.slice(1 - MAX_ENTRIES), entry];
    if (!this._clients.watching) return;
    this._pending = [...this._pending.slice(1 - MAX_ENTRIES), entry];
    this._touched.add(circuit);
    this._flushing ??= scheduleUnref(this._settings.scheduler, SIGNAL_DELAY, () =>
      tryOrReport(() => this._send(this._touched, [])),
    );
  }

  /** Sends the rows of these circuits that have changed, and in any case what is pending and which circuits have gone. */
  private _send(circuits: Iterable<Circuit>, samples: [string, Sample[]][]): void {
    this._flushing?.unsubscribe();
    this._flushing = undefined;
    const entries = this._pending;
    const gone = this._circuits.takeGone();
    // With a circuit that has gone comes the one in its place, which must not vanish for the page.
    const replacements = gone.flatMap((key) => this._circuits.get(key) ?? []);
    const present = [...new Set([...circuits, ...replacements])].filter(
      (circuit) => this._circuits.get(circuit.key) === circuit,
    );
    this._pending = [];
    this._touched.clear();
    if (!this._clients.watching) return;
    const rows = present.flatMap((circuit) => circuit.news());
    this._clients.send({ now: this._settings.scheduler.now(), rows, gone, samples, entries });
  }
}
