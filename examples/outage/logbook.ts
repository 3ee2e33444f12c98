import type { CallEvent, Signal } from 'rxjs-fluxgate';
import { OUTAGE, RECOVERY } from './script.ts';
import { NOTHING, since, withCall, withRequest, type Tally } from './tally.ts';

/** When a phase of the server began, and what had been counted until then. */
interface PhaseEntry {
  readonly at: number;
  readonly tally: Tally;
}

/** What happened, for the summary and the verdict at the end. */
export class Logbook {
  tally: Tally = NOTHING;
  readonly #signals: Signal[] = [];
  readonly #phases: PhaseEntry[] = [];

  call(event: CallEvent): void {
    this.tally = withCall(this.tally, event);
  }

  request(): void {
    this.tally = withRequest(this.tally);
  }

  phase(at: number): void {
    this.#phases.push({ at, tally: this.tally });
  }

  signal(signal: Signal): void {
    this.#signals.push(signal);
  }

  /** Lines for people. */
  summary(): string[] {
    const { outage, recovery } = this.#turns();
    const during = since(outage.tally, recovery.tally);
    const after = since(recovery.tally, this.tally);
    const { calls, rejected, received } = this.tally;
    const opened = this.#opened();
    const closed = this.#closed();
    return [
      `${String(calls)} calls: ${String(received)} reached the server, ${String(calls - rejected - received)} met a closed port.`,
      `The breaker spared the server ${String(rejected)} calls:`,
      `  ${String(during.rejected)} of the ${String(during.calls)} made during the outage of ${seconds(recovery.at - outage.at)}`,
      `  ${String(after.rejected)} after it, until the recovery was noticed`,
      opened ? `It opened ${seconds(opened.timestamp - outage.at)} after the outage began.` : 'It never opened.',
      closed ? `It closed ${seconds(closed.timestamp - recovery.at)} after the recovery.` : 'It never closed.',
    ];
  }

  /** What the circuit should have done and did not; empty if all is well. */
  complaints(): string[] {
    const opened = this.#opened();
    const probed = this.#signals.some(({ newState }) => newState === 'half_open');
    const complaints: string[] = [];
    if (!opened) complaints.push('it did not open in the outage');
    if (!probed) complaints.push('it did not probe the server (half_open)');
    if (!this.#closed()) complaints.push('it did not close after the recovery');
    else if (this.#signals.at(-1)?.newState !== 'closed') complaints.push('it did not stay closed');
    if (this.tally.rejected === 0) complaints.push('it spared the server nothing');
    return complaints;
  }

  #opened(): Signal | undefined {
    const { outage } = this.#turns();
    return this.#signals.find(({ newState, timestamp }) => newState === 'open' && timestamp >= outage.at);
  }

  #closed(): Signal | undefined {
    const { recovery } = this.#turns();
    return this.#signals.find(({ newState, timestamp }) => newState === 'closed' && timestamp >= recovery.at);
  }

  #turns(): { outage: PhaseEntry; recovery: PhaseEntry } {
    const outage = this.#phases[OUTAGE];
    const recovery = this.#phases[RECOVERY];
    if (!outage || !recovery) throw new Error('the server did not play its script to the end');
    return { outage, recovery };
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
