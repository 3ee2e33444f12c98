import { of, throwError } from 'rxjs';
import {
  joinFleet,
  openMembers,
  type Fleet,
  type FleetOptions,
  type FleetStatus,
  type FleetStore,
} from '../../lib/fleet/index.ts';
import { CircuitBreaker, circuitBreaker, cooldown, failureStreak, probes, type State } from '../../lib/index.ts';

/** A store on a client of its own. */
export interface StoreClient {
  readonly store: FleetStore;
  close(): void | Promise<void>;
}

/** A member on a client of its own, in quick time. */
export class TeamMember {
  readonly breaker: CircuitBreaker;
  readonly fleet: Fleet;
  private readonly _client: StoreClient;

  constructor(client: StoreClient, id: string, options: Partial<FleetOptions> = {}) {
    this._client = client;
    this.breaker = new CircuitBreaker({
      name: 'stock',
      tripper: failureStreak(2),
      retry: cooldown(300),
      recovery: probes(1),
    });
    this.fleet = joinFleet(this.breaker, {
      store: this._client.store,
      id,
      tripper: openMembers(1),
      every: 50,
      patience: 100,
      spread: 20,
      ...options,
    });
  }

  get state(): State {
    return this.breaker.state;
  }

  get status() {
    return this.fleet.status()[0]!;
  }

  fail(calls = 1): void {
    for (let i = 0; i < calls; i++) {
      throwError(() => new Error('down'))
        .pipe(circuitBreaker(this.breaker))
        .subscribe({ error: () => undefined });
    }
  }

  /** Returns whether the call was admitted. */
  succeed(): boolean {
    let admitted = true;
    of(1)
      .pipe(circuitBreaker(this.breaker))
      .subscribe({ error: () => (admitted = false) });
    return admitted;
  }

  async close(): Promise<void> {
    this.fleet.unsubscribe();
    this.breaker.dispose();
    await this._client.close();
  }
}

/** Waits until something holds, for as long as the test may take. */
export async function eventually(holds: () => boolean, meanwhile: () => void = () => undefined): Promise<void> {
  while (!holds()) {
    meanwhile();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Each breaker opens, probes and closes by itself. */
export async function goThroughAnOutageAlone(members: readonly TeamMember[]): Promise<void> {
  for (const member of members) {
    member.fail(2);
    check(member, 'open');
    if (member.succeed()) throw new Error('An open member admitted a call.');
    await eventually(() => member.succeed());
    check(member, 'closed');
  }
}

function check({ state }: TeamMember, expected: State): void {
  if (state !== expected) throw new Error(`A member that is alone is ${state} and not ${expected}.`);
}

/** One opens for all, one closes for all. */
export async function goThroughAnOutageTogether(members: readonly TeamMember[]): Promise<void> {
  // A verdict of the last outage voids what a member decides before it knows of it.
  await eventually(() => members.every(({ state, status }) => state === 'closed' && isClosed(status)));
  members[0]!.fail(2);
  await eventually(() => members.every(({ state }) => state === 'open'));
  await eventually(
    () => members.every(({ state }) => state === 'closed'),
    () => members.forEach((member) => member.succeed()),
  );
}

function isClosed({ linked, state }: FleetStatus): boolean {
  return linked && state === 'closed';
}
