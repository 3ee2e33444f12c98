import type { Subscription, TeardownLogic } from 'rxjs';
import type { Fleet } from '../../../fleet/join-fleet.ts';
import { groupOf, type BreakerGroup } from '../../../registry/breaker-group.ts';
import type { CircuitView, CircuitViews } from '../../../registry/circuit-view.ts';
import { Circuit } from './circuit.ts';
import { FleetLines } from './fleet-lines.ts';

/** The circuits that there are now, each under a key of its own. */
export class CircuitList {
  private readonly _group: BreakerGroup;
  private readonly _byKey = new Map<string, Circuit>();
  /** How many circuits share a name, and the last number that one of them got: to search for it would take ever longer. */
  private readonly _names = new Map<string, { count: number; last: number }>();
  private readonly _fleet: FleetLines;
  private _gone: string[] = [];

  constructor(breakers: CircuitViews, fleet?: Fleet) {
    this._group = groupOf('dashboard', breakers);
    this._fleet = new FleetLines(fleet);
  }

  [Symbol.iterator](): IterableIterator<Circuit> {
    return this._byKey.values();
  }

  get size(): number {
    return this._byKey.size;
  }

  get(key: string): Circuit | undefined {
    return this._byKey.get(key);
  }

  /** Fills the list, until it is unsubscribed: calls `begin` for each circuit, and what it returns when that has gone. */
  follow(begin: (circuit: Circuit) => TeardownLogic): Subscription {
    const following = this._group.each((breaker) => {
      const circuit = this._add(breaker);
      const followed = begin(circuit);
      return () => {
        this._remove(circuit);
        if (typeof followed === 'function') followed();
        else followed?.unsubscribe();
      };
    });
    following.add(this._fleet.follow());
    return following;
  }

  /** The keys of the circuits that have gone since the last time. */
  takeGone(): string[] {
    const gone = this._gone;
    this._gone = [];
    return gone;
  }

  private _add(breaker: CircuitView): Circuit {
    const circuit = new Circuit(this._takeKey(breaker.name), breaker, () => this._fleet.get(breaker.name));
    this._byKey.set(circuit.key, circuit);
    return circuit;
  }

  private _remove({ key, breaker: { name } }: Circuit): void {
    this._byKey.delete(key);
    this._gone.push(key);
    const shared = this._names.get(name);
    if (shared && --shared.count === 0) this._names.delete(name);
  }

  /** Returns the name, with a number if several breakers share it. */
  private _takeKey(name: string): string {
    const shared = this._names.get(name) ?? { count: 0, last: 0 };
    this._names.set(name, shared);
    shared.count++;
    for (;;) {
      const number = ++shared.last;
      const key = number === 1 ? name : `${name} (${String(number)})`;
      if (!this._byKey.has(key)) return key;
    }
  }
}
