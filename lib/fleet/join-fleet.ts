import { BehaviorSubject, Observable, Subscription, type Unsubscribable } from 'rxjs';
import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { Circuit } from '../breaker/circuit.ts';
import { breakersOf, isRegistry, type Breakers } from '../registry/breakers.ts';
import type { CircuitBreakerRegistry } from '../registry/circuit-breaker-registry.ts';
import { reportError, tryOrReport } from '../util/report-error.ts';
import { scheduleUnref } from '../util/schedule-unref.ts';
import { resolveFleetOptions, type FleetOptions, type FleetSettings } from './fleet-options.ts';
import type { FleetStatus } from './fleet-status.ts';
import { Member, type MemberHost } from './member.ts';
import type { RecordChange } from './store.ts';

/**
 * The part of a fleet that is in this process.
 *
 * @example
 * ```ts
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { joinFleet, memoryStore, type Fleet } from 'rxjs-fluxgate/fleet';
 *
 * const fleet: Fleet = joinFleet(new CircuitBreaker(), { store: memoryStore() });
 * console.log(fleet.closed, fleet.status().length); // => false 1
 * fleet.unsubscribe();
 * console.log(fleet.closed, fleet.status().length); // => true 0
 * ```
 *
 * @see {@link joinFleet}
 */
export interface Fleet extends Unsubscribable {
  /** What other members know this process by. */
  readonly id: string;
  /** Whether it was left. */
  readonly closed: boolean;
  /** The status now, one entry a circuit; on every change, and at once when subscribed. Completes when the fleet is left. */
  readonly status$: Observable<readonly FleetStatus[]>;
  /** The status now, one entry a circuit. */
  status(): readonly FleetStatus[];
  /**
   * Asks the engine now. It emits the status and completes when all circuits are answered, or after `patience`; it never
   * errors.
   */
  sync(): Observable<readonly FleetStatus[]>;
  /** Leaves the fleet: the breakers keep their state and go on alone. */
  unsubscribe(): void;
  /**
   * How many reports of each circuit had no answer, for metrics.
   *
   * @internal
   */
  readonly _syncErrors: ReadonlyMap<string, number>;
}

/**
 * Makes breakers members of a fleet: all members with a circuit of the same name open together, let one member probe,
 * close together, and follow each other's commands. The engine is never asked by a call; without it each breaker goes on
 * alone.
 *
 * @param breakers a breaker, some breakers, or a registry with those that it makes later
 * @throws TypeError or RangeError for an option that is wrong or unknown, for a breaker that is in a fleet already, and
 * for two breakers of one name
 * @example
 * ```ts
 * import { lastValueFrom } from 'rxjs';
 * import { CircuitBreakerRegistry, failureRate, minRequests } from 'rxjs-fluxgate';
 * import { joinFleet, memoryStore, openMembers } from 'rxjs-fluxgate/fleet';
 *
 * const registry = new CircuitBreakerRegistry();
 * const fleet = joinFleet(registry, {
 *   store: memoryStore(), // in production: redisStore(client, { namespace: 'shop/eu-west-1' })
 *   tripper: openMembers(0.5).or(failureRate(0.5).and(minRequests(50))),
 * });
 * registry.get('payments');
 * const [payments] = await lastValueFrom(fleet.sync());
 * console.log(payments?.circuit, payments?.linked); // => payments true
 * fleet.unsubscribe();
 * ```
 *
 * @see {@link openMembers}
 */
export function joinFleet(breakers: Breakers, options: FleetOptions): Fleet {
  const settings = resolveFleetOptions(options);
  const given = breakersOf('joinFleet', breakers);
  return new JoinedFleet(given, settings);
}

class JoinedFleet implements Fleet, MemberHost {
  readonly status$: Observable<readonly FleetStatus[]>;
  readonly _syncErrors = new Map<string, number>();
  private readonly _settings: FleetSettings;
  private readonly _members = new Map<string, Member>();
  private readonly _statuses = new BehaviorSubject<readonly FleetStatus[]>([]);
  private readonly _tasks = new Subscription();
  /** Of the circuits without an answer, so that each failure is reported once. */
  private readonly _errors = new Map<Member, string>();

  constructor(breakers: Iterable<CircuitBreaker>, settings: FleetSettings) {
    this._settings = settings;
    this.status$ = this._statuses.asObservable();
    const all = [...breakers];
    check(all);
    try {
      this._tasks.add(
        settings.store.changes$.subscribe({ next: (change) => this._onMessage(change), error: () => undefined }),
      );
      const joined = new Map<CircuitBreaker, Member>();
      for (const breaker of all) this._join(breaker, joined);
      if (isRegistry(breakers)) this._follow(breakers, joined);
    } catch (error) {
      this.unsubscribe();
      throw error;
    }
    this.onStatus();
  }

  get id(): string {
    return this._settings.id;
  }

  get closed(): boolean {
    return this._tasks.closed;
  }

  status(): readonly FleetStatus[] {
    return Object.freeze([...this._members.values()].map(({ status }) => status));
  }

  sync(): Observable<readonly FleetStatus[]> {
    return new Observable((subscriber) => {
      const left = new Set(this._members.values());
      const end = (): void => {
        subscriber.next(this.status());
        subscriber.complete();
      };
      if (left.size === 0) return end();
      const { scheduler, patience } = this._settings;
      subscriber.add(scheduleUnref(scheduler, patience, end));
      for (const member of [...left]) {
        member.refresh(() => {
          left.delete(member);
          if (left.size === 0) end();
        });
      }
    });
  }

  unsubscribe(): void {
    if (this.closed) return;
    this._tasks.unsubscribe();
    for (const member of [...this._members.values()]) this._leave(member);
    this.onStatus();
    this._statuses.complete();
  }

  onFailure(member: Member): void {
    this._syncErrors.set(member.circuit, (this._syncErrors.get(member.circuit) ?? 0) + 1);
  }

  onStatus(): void {
    const status = this.status();
    if (!isSame(status, this._statuses.value)) this._statuses.next(status);
  }

  onAnswer(member: Member, error: unknown): void {
    if (error === undefined) {
      this._errors.delete(member);
      return;
    }
    this._report(member, 'is not linked and goes on alone', error);
  }

  onGarbage(member: Member, error: unknown): void {
    this._report(member, 'ignores a message', error);
  }

  private _report(member: Member, what: string, error: unknown): void {
    if (this._errors.has(member)) return;
    const message = error instanceof Error ? `${error.name}: ${error.message}` : 'the store gave no reason';
    const known = [...this._errors.values()].includes(message);
    this._errors.set(member, message);
    // An engine that is away is away for all circuits.
    if (!known) {
      reportError(new Error(`joinFleet: ${member.circuit} ${what}: ${message}`, { cause: error }));
    }
  }

  onDispose(member: Member): void {
    this._leave(member);
    this.onStatus();
  }

  /** Breakers of a registry join when they are made, and leave when they are removed. */
  private _follow({ added$, removed$ }: CircuitBreakerRegistry, joined: Map<CircuitBreaker, Member>): void {
    const add = (breaker: CircuitBreaker): void => {
      tryOrReport(() => {
        check([breaker], this._members);
        this._join(breaker, joined);
      });
      this.onStatus();
    };
    const remove = (breaker: CircuitBreaker): void => {
      const member = joined.get(breaker);
      joined.delete(breaker);
      if (member) this._leave(member);
      this.onStatus();
    };
    this._tasks.add(added$.subscribe({ next: add, error: reportError }));
    this._tasks.add(removed$.subscribe({ next: remove, error: reportError }));
  }

  private _join(breaker: CircuitBreaker, joined: Map<CircuitBreaker, Member>): void {
    // It would be a member that never leaves.
    if (breaker._circuit.disposed) return;
    const member = new Member(breaker._circuit, this._settings, this);
    joined.set(breaker, member);
    this._members.set(breaker.name, member);
    this._syncErrors.set(breaker.name, 0);
    member.join();
  }

  private _leave(member: Member): void {
    if (this._members.get(member.circuit) === member) {
      this._members.delete(member.circuit);
      this._syncErrors.delete(member.circuit);
    }
    this._errors.delete(member);
    member.leave();
  }

  /** A store may be anyone's code: what names no circuit is for none. */
  private _onMessage(change: RecordChange | null | undefined): void {
    if (change) this._members.get(change.circuit)?.onMessage(change);
  }
}

function check(breakers: readonly CircuitBreaker[], taken: ReadonlyMap<string, unknown> = new Map()): void {
  const names = new Set<string>();
  for (const breaker of breakers) {
    const { name } = breaker;
    const circuit = breaker._circuit as Partial<Circuit> | undefined;
    if (typeof circuit?.change !== 'function') {
      throw new TypeError(`joinFleet: ${name} is a breaker of another version of the package`);
    }
    if (circuit.member) throw new TypeError(`joinFleet: ${name} is in a fleet already`);
    if (names.has(name) || taken.has(name)) throw new TypeError(`joinFleet: two breakers are called ${name}`);
    names.add(name);
  }
}

function isSame(one: readonly FleetStatus[], other: readonly FleetStatus[]): boolean {
  return one.length === other.length && one.every((status, i) => isSameStatus(status, other[i]));
}

function isSameStatus(one: FleetStatus, other: FleetStatus | undefined): boolean {
  const names = Object.keys(one) as (keyof FleetStatus)[];
  return other !== undefined && names.every((name) => one[name] === other[name]);
}
