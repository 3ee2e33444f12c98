import type { Entry, Row, Sample, Snapshot, Update } from '../server/messages.ts';

/** A circuit as the page knows it. */
export interface Known {
  row: Row;
  readonly samples: Sample[];
}

/** The state that the server has sent. */
export class Model {
  readonly circuits = new Map<string, Known>();
  /** The newest last. */
  entries: Entry[] = [];
  title = 'Circuits';
  interval = 1_000;
  history = 300_000;
  startedAt = 0;
  control = false;
  /** The server's time less ours. */
  private _offset = 0;

  /** The server's time now, whatever the clock of this machine shows. */
  get now(): number {
    return performance.now() + this._offset;
  }

  replace({ title, interval, history, startedAt, control, ...update }: Snapshot): void {
    Object.assign(this, { title, interval, history, startedAt, control });
    this.circuits.clear();
    this.entries = [];
    this.apply(update);
  }

  apply({ now, rows, gone, samples, entries }: Update): void {
    this._offset = now - performance.now();
    for (const key of gone) this.circuits.delete(key);
    for (const row of rows) {
      const known = this.circuits.get(row.key);
      if (known) known.row = row;
      else this.circuits.set(row.key, { row, samples: [] });
    }
    for (const [key, added] of samples) this._addSamples(key, added);
    const last = this.entries.at(-1)?.id ?? 0;
    this.entries = [...this.entries, ...entries.filter(({ id }) => id > last)].slice(-200);
  }

  private _addSamples(key: string, added: readonly Sample[]): void {
    const samples = this.circuits.get(key)?.samples;
    if (!samples) return;
    // The clock of the server has been set back; it has forgotten them too.
    if ((samples.at(-1)?.[0] ?? -Infinity) > (added[0]?.[0] ?? Infinity)) samples.length = 0;
    samples.push(...added);
    const horizon = this.now - this.history;
    // The last one before the horizon has the state that the circuit comes from.
    const first = samples.findIndex(([at]) => at > horizon);
    if (first > 1) samples.splice(0, first - 1);
  }
}
