import { catchError, of, tap, throwError, timeout, type Observable } from 'rxjs';
import {
  admitAll,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  failureStreak,
  isCallNotPermitted,
  probes,
} from 'rxjs-fluxgate';

export interface Product {
  readonly id: string;
  readonly price: number;
}

/** How products are fetched: over HTTP in the application, by a marble diagram in the test. */
export type FetchProduct = (id: string) => Observable<Product>;

/** The products of the catalog; while the catalog is down, as they were when last seen. */
export class CatalogService {
  /** Public for dashboards; one for all products, because they share one backend. */
  readonly breaker = new CircuitBreaker({
    name: 'catalog',
    tripper: failureStreak(3),
    retry: cooldown(1_000),
    permit: admitAll(),
    recovery: probes(2),
  });

  readonly #fetch: FetchProduct;
  readonly #lastSeen = new Map<string, Product>();

  constructor(fetch: FetchProduct) {
    this.#fetch = fetch;
  }

  /** A product: fresh, or the last seen if the circuit is open; a failure of the catalog itself is passed on. */
  product(id: string): Observable<Product> {
    return this.#fetch(id).pipe(
      timeout(100), // before the breaker: a hang becomes an error that it sees
      circuitBreaker(this.breaker),
      tap((product) => this.#lastSeen.set(id, product)),
      catchError((error: unknown) => {
        const lastSeen = this.#lastSeen.get(id);
        return isCallNotPermitted(error) && lastSeen ? of(lastSeen) : throwError(() => error);
      }),
    );
  }
}
