import { merge, NEVER, Observable } from 'rxjs';
import type { CircuitBreaker } from '../../../breaker/circuit-breaker.ts';
import { breakersOf, isRegistry, type Breakers } from '../../../registry/breakers.ts';
import { MERGE, type Merging } from '../../../registry/merged-stream.ts';
import { reportError } from '../../../util/report-error.ts';
import { Circuit } from './circuit.ts';

/** The circuits that are there now, each under a key of its own. */
export class CircuitList {
  readonly #breakers: Iterable<CircuitBreaker>;
  readonly #registry: Merging | undefined;
  readonly #circuits = new Map<CircuitBreaker, Circuit>();
  readonly #byKey = new Map<string, Circuit>();
  readonly #gone: string[] = [];

  constructor(breakers: Breakers) {
    this.#breakers = breakersOf('dashboard', breakers);
    this.#registry = isRegistry(this.#breakers) ? (this.#breakers as unknown as Merging) : undefined;
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
    for (const breaker of breakers) if (!this.#circuits.has(breaker)) this.#add(breaker);
  }

  /** What a stream of all circuits tells, and of which. */
  told<T>(streamOf: (breaker: CircuitBreaker) => Observable<T>): Observable<[Circuit, T]> {
    const told$ = (breaker: CircuitBreaker): Observable<[Circuit, T]> =>
      new Observable((subscriber) =>
        streamOf(breaker).subscribe({
          next: (event) => subscriber.next([this.#circuitOf(breaker), event]),
          error: reportError,
        }),
      );
    // The registry tells also of breakers made a moment ago.
    if (this.#registry) return this.#registry[MERGE](told$);
    return merge(NEVER, ...[...this].map(({ breaker }) => told$(breaker)));
  }

  #circuitOf(breaker: CircuitBreaker): Circuit {
    // It may have come in place of one that has gone. To look only then is enough, and quick if many come at once.
    if (!this.#circuits.has(breaker) && this.#byKey.has(breaker.name)) this.sync();
    return this.#circuits.get(breaker) ?? this.#add(breaker);
  }

  #add(breaker: CircuitBreaker): Circuit {
    const circuit = new Circuit(this.#freeKey(breaker.name), breaker);
    this.#circuits.set(breaker, circuit);
    this.#byKey.set(circuit.key, circuit);
    return circuit;
  }

  /** The name, with a number if several breakers share it. */
  #freeKey(name: string): string {
    let key = name;
    for (let count = 2; this.#byKey.has(key); count++) key = `${name} (${String(count)})`;
    return key;
  }
}
