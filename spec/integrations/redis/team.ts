import { of, throwError } from 'rxjs';
import { joinFleet, openMembers, type Fleet, type FleetOptions } from '../../../lib/fleet/index.ts';
import { CircuitBreaker, circuitBreaker, cooldown, failureStreak, probes, type State } from '../../../lib/index.ts';
import { CLIENTS, type TestClient } from './clients.ts';

/** A member on a client of its own, in quick time. */
export class RedisMember {
  readonly breaker: CircuitBreaker;
  readonly fleet: Fleet;
  private readonly _client: TestClient;

  constructor(client: string, port: number, id: string, options: Partial<FleetOptions> = {}) {
    this._client = CLIENTS[client]!(port);
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

  close(): void {
    this.fleet.unsubscribe();
    this.breaker.dispose();
    this._client.close();
  }
}

/** Waits until something holds, for as long as the test may take. */
export async function eventually(holds: () => boolean, meanwhile: () => void = () => undefined): Promise<void> {
  while (!holds()) {
    meanwhile();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
