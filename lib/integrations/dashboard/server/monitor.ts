import { Subscription } from 'rxjs';
import type { Signal } from '../../../types/signal.ts';
import { tryOrReport, reportError } from '../../../util/report-error.ts';
import { scheduleUnref } from '../../../util/schedule-unref.ts';
import type { Circuit } from './circuit.ts';
import type { Entry, Sample, Update } from './messages.ts';
import type { DashboardSettings } from './options.ts';
import type { CircuitList } from './circuit-list.ts';

/** In ms: what is signalled in that time is told at once, so that a circuit that flaps wildly floods nobody. */
const SIGNAL_DELAY = 100;

/**
 * How many samples a page that opens is told of in all, and at least of each circuit: more would take the server's time
 * from its own work.
 */
const MOST_SAMPLES = 30_000;
const LEAST_SAMPLES = 60;

/** The entries that the timeline keeps. */
const MOST_ENTRIES = 200;

/** An entry without what the monitor gives it. */
type Draft = Entry extends infer Kind ? (Kind extends Entry ? Omit<Kind, 'id' | 'key'> : never) : never;

/** Keeps the recent past of the circuits, and tells what changes while somebody watches. */
export class Monitor {
  readonly #roster: CircuitList;
  readonly #settings: DashboardSettings;
  readonly #audience: { readonly watches: boolean; tell(update: Update): void };
  readonly #subscriptions = new Subscription();
  #timer: Subscription | undefined;
  #flushing: Subscription | undefined;
  #entries: Entry[] = [];
  #count = 0;
  /** What is to be told after the delay. */
  #pending: Entry[] = [];
  readonly #touched = new Set<Circuit>();

  constructor(
    roster: CircuitList,
    settings: DashboardSettings,
    audience: { readonly watches: boolean; tell(update: Update): void },
  ) {
    this.#roster = roster;
    this.#settings = settings;
    this.#audience = audience;
    const call$ = roster.told((streams) => streams.call$);
    const signal$ = roster.told((streams) => streams.signal$);
    this.#subscriptions.add(call$.subscribe({ next: ([circuit, event]) => circuit.count(event), error: reportError }));
    this.#subscriptions.add(signal$.subscribe({ next: (told) => this.#signal(...told), error: reportError }));
    this.#sleep();
  }

  /** All there is now, which is told to those who watch too: so everybody knows the same, and can be told of changes. */
  everything(): Update {
    this.#roster.sync();
    const circuits = [...this.#roster];
    this.#tell(circuits, []);
    const most = Math.max(LEAST_SAMPLES, Math.floor(MOST_SAMPLES / circuits.length));
    return {
      now: this.#settings.scheduler.now(),
      rows: circuits.map((circuit) => circuit.tell()),
      gone: [],
      samples: circuits.map(({ key, samples }) => [key, samples.slice(-most)]),
      entries: this.#entries,
    };
  }

  dispose(): void {
    this.#timer?.unsubscribe();
    this.#flushing?.unsubscribe();
    this.#subscriptions.unsubscribe();
  }

  #sleep(): void {
    this.#timer = scheduleUnref(this.#settings.scheduler, this.#settings.interval, () => {
      this.#sleep();
      // What a window or a tracker of one's own throws must not end the process.
      tryOrReport(() => this.#sample());
    });
  }

  #sample(): void {
    const { scheduler, history } = this.#settings;
    const now = scheduler.now();
    this.#roster.sync();
    const samples: [string, Sample[]][] = [];
    for (const circuit of this.#roster) {
      const sample = circuit.sample(now, now - history);
      if (sample) samples.push([circuit.key, [sample]]);
    }
    this.#tell(this.#roster, samples);
  }

  #signal(circuit: Circuit, { timestamp, oldState, newState, detail }: Signal): void {
    circuit.detail = textOf(detail);
    this.#enter(circuit, { type: 'signal', at: timestamp, from: oldState, to: newState, detail: circuit.detail });
  }

  #enter(circuit: Circuit, draft: Draft): void {
    const entry: Entry = { ...draft, id: ++this.#count, key: circuit.key };
    this.#entries = [...this.#entries.slice(1 - MOST_ENTRIES), entry];
    if (!this.#audience.watches) return;
    this.#pending = [...this.#pending.slice(1 - MOST_ENTRIES), entry];
    this.#touched.add(circuit);
    this.#flushing ??= scheduleUnref(this.#settings.scheduler, SIGNAL_DELAY, () =>
      tryOrReport(() => this.#tell(this.#touched, [])),
    );
  }

  /** Tells of these circuits, and of what is pending and what has gone in any case. */
  #tell(circuits: Iterable<Circuit>, samples: [string, Sample[]][]): void {
    this.#flushing?.unsubscribe();
    this.#flushing = undefined;
    const entries = this.#pending;
    const gone = this.#roster.takeGone();
    // Who is told that a circuit has gone must be told at once of one that has come in its place.
    const heirs = gone.flatMap((key) => this.#roster.get(key) ?? []);
    const told = this.#audience.watches ? [...new Set([...circuits, ...heirs])] : [];
    const living = told.filter((circuit) => this.#roster.get(circuit.key) === circuit);
    const rows = living.flatMap((circuit) => circuit.news());
    this.#pending = [];
    this.#touched.clear();
    if (this.#audience.watches)
      this.#audience.tell({ now: this.#settings.scheduler.now(), rows, gone, samples, entries });
  }
}

/** What a tripper of one's own says may be no text, whatever its type promises. */
function textOf(detail: unknown): string {
  return String(detail);
}
