import { HttpClient } from '@angular/common/http';
import { inject, Injectable, InjectionToken } from '@angular/core';
import { catchError, map, of, throwError, type Observable } from 'rxjs';
import { isCallNotPermitted } from 'rxjs-fluxgate';
import { injectCircuit } from 'rxjs-fluxgate/angular';

/** The URL of the stock. */
export const STOCK_URL = new InjectionToken<string>('STOCK_URL');

/** Knows how many there are, for as long as its server responds. */
@Injectable({ providedIn: 'root' })
export class StockService {
  readonly #url = inject(STOCK_URL);
  readonly #http = inject(HttpClient);

  /** The circuit, for a template. */
  readonly circuit = injectCircuit(new URL(this.#url).host);

  /** How many there are, or `'unknown'` while the circuit is open. */
  amount(): Observable<number | 'unknown'> {
    // The option timeout exists from Angular 20 on; before, time out in an interceptor after the one of the breakers.
    return this.#http.get<{ amount: number }>(this.#url, { timeout: 2_000 }).pipe(
      map(({ amount }) => amount),
      catchError((error: unknown) => (isCallNotPermitted(error) ? of('unknown' as const) : throwError(() => error))),
    );
  }
}
