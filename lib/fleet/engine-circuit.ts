import { wrongType } from '../util/check.ts';
import { checkInteger } from './record.ts';
import type { FleetView, MemberReport, Replacement } from './store.ts';

const SLOTS = 10;

interface Slot {
  successes: number;
  failures: number;
}

/** A circuit in an engine as plain JSON: epoch, revision, record, members, votes and slots. */
export type EngineCircuitJson = readonly [
  epoch: number,
  revision: number,
  record: string | null,
  members: readonly (readonly [id: string, until: number])[],
  votes: readonly (readonly [id: string, until: number])[],
  slots: readonly (readonly [slot: number, successes: number, failures: number])[],
];

/** What an engine holds of a circuit, and what a report does to it, for engines that cannot do it themselves. */
export class EngineCircuit {
  private _epoch = 0;
  private _revision = 0;
  private _record: string | undefined;
  /** Until when each member is alive, and its vote lasts. */
  private readonly _members = new Map<string, number>();
  private readonly _votes = new Map<string, number>();
  private readonly _slots = new Map<number, Slot>();

  /**
   * Reads what `toJSON` has written.
   *
   * @throws TypeError or RangeError if it is anything else
   */
  static from(json: unknown): EngineCircuit {
    const [epoch, revision, record, members, votes, slots] = checkArray('circuit', json);
    const circuit = new EngineCircuit();
    circuit._epoch = checkInteger('circuit: epoch', epoch);
    circuit._revision = checkInteger('circuit: revision', revision);
    if (record !== null && typeof record !== 'string') throw wrongType('circuit: record', 'a string', record);
    circuit._record = record ?? undefined;
    for (const [id, until] of checkArray('circuit: members', members).map(toMoment)) circuit._members.set(id, until);
    for (const [id, until] of checkArray('circuit: votes', votes).map(toMoment)) circuit._votes.set(id, until);
    for (const entry of checkArray('circuit: slots', slots)) {
      const [slot, successes, failures] = checkArray('circuit: slot', entry).map((n) => checkInteger('slot', n));
      if (slot === undefined || successes === undefined || failures === undefined) {
        throw wrongType('circuit: slot', 'three numbers', entry);
      }
      circuit._slots.set(slot, { successes, failures });
    }
    return circuit;
  }

  toJSON(): EngineCircuitJson {
    const slots = [...this._slots].map(([slot, { successes, failures }]) => [slot, successes, failures] as const);
    return [this._epoch, this._revision, this._record ?? null, [...this._members], [...this._votes], slots];
  }

  /**
   * Takes a report, and a replacement if revision and deadline allow it.
   *
   * @param now the engine's time, in whole ms
   */
  sync(now: number, report: MemberReport, replacement: Replacement | undefined): FleetView {
    const { id, epoch, open, deadline, lifetime, window } = report;
    this._members.set(id, now + lifetime);
    expire(this._members, now);
    expire(this._votes, now);
    if (epoch === this._epoch) {
      if (open) this._votes.set(id, now + lifetime);
      else this._votes.delete(id);
      if (window > 0) this._count(now, report);
    }
    const replaced = this._replace(now, deadline, replacement);
    return this.toView(now, window, replaced);
  }

  /** What a member is shown that counts over `window` ms. */
  toView(now: number, window: number, replaced: boolean): FleetView {
    const { successes, failures } = this._sum(now, window);
    return {
      now,
      revision: String(this._revision),
      record: this._record,
      members: this._members.size,
      open: this._votes.size,
      successes,
      failures,
      replaced,
    };
  }

  private _count(now: number, { successes, failures, window }: MemberReport): void {
    if (successes + failures === 0) return;
    const index = toSlot(now, window);
    const slot = this._slots.get(index);
    if (slot) {
      slot.successes += successes;
      slot.failures += failures;
      return;
    }
    for (const old of this._slots.keys()) if (old <= index - SLOTS || old > index) this._slots.delete(old);
    this._slots.set(index, { successes, failures });
  }

  private _sum(now: number, window: number): Slot {
    const sum = { successes: 0, failures: 0 };
    if (window === 0) return sum;
    const index = toSlot(now, window);
    // Counted from zero: above 2⁵³ a number plus one may be itself.
    for (let i = 0; i < SLOTS; i++) {
      const slot = this._slots.get(index - i);
      sum.successes += slot?.successes ?? 0;
      sum.failures += slot?.failures ?? 0;
    }
    return sum;
  }

  private _replace(now: number, deadline: number | undefined, replacement: Replacement | undefined): boolean {
    if (!replacement || deadline === undefined || now >= deadline) return false;
    if (replacement.revision !== String(this._revision)) return false;
    if (replacement.epoch !== this._epoch) {
      this._votes.clear();
      this._slots.clear();
    }
    this._epoch = replacement.epoch;
    this._record = replacement.record;
    // The time, so that no revision comes back after the engine was emptied.
    this._revision = Math.max(this._revision + 1, now);
    return true;
  }
}

function toSlot(now: number, window: number): number {
  return Math.floor((now * SLOTS) / window);
}

/** Forgets those whose time is over. */
function expire(members: Map<string, number>, now: number): void {
  for (const [id, until] of members) if (until < now) members.delete(id);
}

function toMoment(entry: unknown): readonly [string, number] {
  const [id, until] = checkArray('circuit: entry', entry);
  if (typeof id !== 'string') throw wrongType('circuit: id', 'a string', id);
  return [id, checkInteger('circuit: until', until)];
}

function checkArray(what: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw wrongType(what, 'an array', value);
  return value as unknown[];
}
