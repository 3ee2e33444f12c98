import { HttpClient } from '@angular/common/http';
import { computed, inject, Injectable, InjectionToken } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { catchError, map, of, throwError, type Observable } from 'rxjs';
import { CircuitBreakerRegistry, isCallNotPermitted } from 'rxjs-fluxgate';

/** Where the stock is asked for. */
export const STOCK_URL = new InjectionToken<string>('STOCK_URL');

/** Knows how many there are, for as long as its server answers. */
@Injectable({ providedIn: 'root' })
export class StockService {
  readonly #url = inject(STOCK_URL);
  readonly #http = inject(HttpClient);
  readonly #breaker = inject(CircuitBreakerRegistry).get(new URL(this.#url).host);

  /** The state of the circuit, for a template. */
  readonly state = toSignal(this.#breaker.state$, { requireSync: true });
  readonly available = computed(() => this.state() !== 'open' && this.state() !== 'forced_open');

  /** How many there are, or `'unknown'` while the circuit is open. */
  amount(): Observable<number | 'unknown'> {
    // The option timeout exists from Angular 20 on; with 19, time out in an interceptor after that of the breakers.
    return this.#http.get<{ amount: number }>(this.#url, { timeout: 2_000 }).pipe(
      map(({ amount }) => amount),
      catchError((error: unknown) => (isCallNotPermitted(error) ? of('unknown' as const) : throwError(() => error))),
    );
  }
}
