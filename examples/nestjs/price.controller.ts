import { HttpService } from '@nestjs/axios';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { catchError, map, of, tap, throwError, timeout, type Observable } from 'rxjs';
import { circuitBreaker, isCallNotPermitted, type CircuitBreaker } from 'rxjs-fluxgate';
import { InjectCircuitBreaker } from 'rxjs-fluxgate/nestjs';

/** The guarded call of HttpService: while the circuit is open, clients get the price as it was last seen. */
@Controller('price')
export class PriceController {
  readonly #http: HttpService;
  readonly #prices: CircuitBreaker;
  readonly #seen = new Map<string, number>();

  constructor(@Inject(HttpService) http: HttpService, @InjectCircuitBreaker('prices') prices: CircuitBreaker) {
    this.#http = http;
    this.#prices = prices;
  }

  @Get(':id')
  price(@Param('id') id: string): Observable<number> {
    return this.#http.get<number>(`/price/${id}`).pipe(
      timeout(2_000),
      map(({ data }) => data),
      circuitBreaker(this.#prices),
      tap((price) => this.#seen.set(id, price)),
      catchError((error: unknown) => {
        const seen = this.#seen.get(id);
        return isCallNotPermitted(error) && seen !== undefined ? of(seen) : throwError(() => error);
      }),
    );
  }
}
