import { merge, NEVER, Observable } from 'rxjs';
import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CircuitBreakerRegistry } from '../registry/circuit-breaker-registry.ts';
import { breakersOf, isRegistry, type Breakers } from '../registry/breakers.ts';
import { reportError } from '../support/report-error.ts';
import { Circuit } from './circuit.ts';

/** The streams that breakers and registries have alike. */
type Streams = Pick<CircuitBreaker, 'signal$' | 'call$' | 'wouldTrip$'>;

/** The circuits that are there now, each under a key of its own. */
export class Roster {
  readonly #breakers: Iterable<CircuitBreaker>;
  readonly #registry: CircuitBreakerRegistry | undefined;
  readonly #circuits = new Map<CircuitBreaker, Circuit>();
  readonly #byKey = new Map<string, Circuit>();
  readonly #gone: string[] = [];

  constructor(breakers: Breakers) {
    this.#breakers = breakersOf('dashboard', breakers);
    this.#registry = isRegistry(this.#breakers) ? this.#breakers : undefined;
    this.sync();
  }

  [Symbol.iterator](): IterableIterator<Circuit> {
    return this.#byKey.values();
  }

  get(key: string): Circuit | undefined {
    return this.#byKey.get(key);
  }

  /** The keys of the circuits that have gone since this was last asked for. */
  takeGone(): string[] {
    return this.#gone.splice(0);
  }

  /** Takes in the breakers that have come, and drops those that have gone. */
  sync(): void {
    const breakers = new Set(this.#breakers);
    const gone = [...this.#circuits.values()].filter(({ breaker }) => !breakers.has(breaker));
    for (const { key, breaker } of gone) {
      this.#gone.push(key);
      this.#circuits.delete(breaker);
      this.#byKey.delete(key);
    }
    for (const breaker of breakers) {
      if (this.#circuits.has(breaker)) continue;
      const circuit = new Circuit(this.#freeKey(breaker.name), breaker);
      this.#circuits.set(breaker, circuit);
      this.#byKey.set(circuit.key, circuit);
    }
  }

  /** What a stream of all circuits tells, and of which. */
  told<T extends { readonly name: string }>(streamOf: (streams: Streams) => Observable<T>): Observable<[Circuit, T]> {
    const told$ = (source: Streams, circuitOf: (event: T) => Circuit | undefined): Observable<[Circuit, T]> =>
      new Observable((subscriber) =>
        streamOf(source).subscribe({
          next: (event) => {
            const circuit = circuitOf(event);
            if (circuit) subscriber.next([circuit, event]);
          },
          error: reportError,
        }),
      );
    // The registry tells also of breakers made a moment ago, and by name alone.
    if (this.#registry) return told$(this.#registry, ({ name }) => this.#named(name));
    return merge(NEVER, ...[...this].map((circuit) => told$(circuit.breaker, () => circuit)));
  }

  #named(name: string): Circuit | undefined {
    if (!this.#byKey.has(name)) this.sync();
    return this.#byKey.get(name);
  }

  /** The name, with a number if several breakers share it. */
  #freeKey(name: string): string {
    let key = name;
    for (let count = 2; this.#byKey.has(key); count++) key = `${name} (${String(count)})`;
    return key;
  }
}
