import { EngineCircuit } from '../../fleet/engine-circuit.ts';
import { checkInteger } from '../../fleet/record.ts';
import type { FleetView, MemberReport, Replacement } from '../../fleet/store.ts';
import { wrongType } from '../../util/check.ts';
import type { NatsEntry } from './bucket.ts';

/** What a key of the bucket holds is no circuit. */
export class UnreadableCircuit extends Error {}

/**
 * A circuit in a bucket. What is stored is the circuit before a report, and that report: a writer cannot know the time of
 * its write, so each reader applies the report at the time that the server gave it. The deadline of a replacement is judged so
 * by the server's clock alone, also if the write was held up on its way.
 */
export class StoredCircuit {
  /** Of the bucket. */
  readonly revision: number;
  private readonly _circuit: EngineCircuit;
  private readonly _now: number;
  /** The revision of the bucket with which the record was written. */
  private readonly _written: number;

  private constructor(revision: number, circuit: EngineCircuit, now: number, written: number) {
    this.revision = revision;
    this._circuit = circuit;
    this._now = now;
    this._written = written;
  }

  /**
   * Reads a circuit.
   *
   * @throws UnreadableCircuit if the entry holds anything else
   */
  static from(entry: NatsEntry | null): StoredCircuit {
    if (entry?.operation !== 'PUT') return new StoredCircuit(entry?.revision ?? 0, new EngineCircuit(), 0, 0);
    try {
      return StoredCircuit._parse(entry);
    } catch (error) {
      throw new UnreadableCircuit(`${entry.key}: ${String(error)}`, { cause: error });
    }
  }

  private static _parse(entry: NatsEntry): StoredCircuit {
    const value = JSON.parse(entry.string()) as unknown;
    if (!Array.isArray(value)) throw wrongType('circuit', 'an array', value);
    const [before, report, replacement, written] = value as unknown[];
    const circuit = EngineCircuit.from(before);
    const now = checkInteger('circuit: created', entry.created.getTime());
    const { replaced } = circuit.sync(now, checkReport(report), checkReplacement(replacement));
    return new StoredCircuit(
      entry.revision,
      circuit,
      now,
      replaced ? entry.revision : checkInteger('written', written),
    );
  }

  /** The circuit with a report that the next reader applies. */
  format(report: MemberReport, replacement: Replacement | undefined): string {
    return JSON.stringify([this._circuit, report, replacement ?? null, this._written]);
  }

  /** What the member is shown whose report was written with `revision`. */
  toView(revision: number, window: number): FleetView {
    return this._circuit.toView(this._now, window, this._written === revision);
  }
}

function checkReport(value: unknown): MemberReport {
  const report = checkObject<MemberReport>('report', value);
  const { id, open, deadline, window } = report;
  if (typeof id !== 'string') throw wrongType('report: id', 'a string', id);
  if (typeof open !== 'boolean') throw wrongType('report: open', 'a boolean', open);
  if (typeof window !== 'number' || !(window >= 0)) throw wrongType('report: window', 'ms', window);
  return {
    id,
    open,
    window,
    epoch: checkInteger('report: epoch', report.epoch),
    successes: checkInteger('report: successes', report.successes),
    failures: checkInteger('report: failures', report.failures),
    lifetime: checkInteger('report: lifetime', report.lifetime),
    deadline: deadline === undefined ? undefined : checkInteger('report: deadline', deadline),
  };
}

function checkReplacement(value: unknown): Replacement | undefined {
  if (value === null) return undefined;
  const { revision, epoch, record } = checkObject<Replacement>('replacement', value);
  if (typeof revision !== 'string') throw wrongType('replacement: revision', 'a string', revision);
  if (typeof record !== 'string') throw wrongType('replacement: record', 'a string', record);
  return { revision, record, epoch: checkInteger('replacement: epoch', epoch) };
}

function checkObject<T>(what: string, value: unknown): Readonly<Record<keyof T, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Readonly<Record<keyof T, unknown>>;
  throw wrongType(what, 'an object', value);
}
