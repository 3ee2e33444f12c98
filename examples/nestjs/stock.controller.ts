import { HttpService } from '@nestjs/axios';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { map, timeout, type Observable } from 'rxjs';
import { UseCircuitBreaker } from 'rxjs-fluxgate/nestjs';

/** The guarded handler: while the circuit is open, clients get a 503 with Retry-After. */
@Controller('stock')
export class StockController {
  readonly #http: HttpService;

  constructor(@Inject(HttpService) http: HttpService) {
    this.#http = http;
  }

  @Get(':id')
  @UseCircuitBreaker('stock')
  amount(@Param('id') id: string): Observable<number> {
    return this.#http.get<number>(`/stock/${id}`).pipe(
      timeout(2_000), // a hang is an error, which the breaker sees
      map(({ data }) => data),
    );
  }
}
