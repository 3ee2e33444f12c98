// An Angular application whose server goes down and comes back: npx tsx examples/angular/main.ts
// Its circuit breaker spares the failing server, and its signals show it.

import '@angular/compiler'; // which a build by the Angular CLI makes needless
import { isDeepStrictEqual } from 'node:util';
import { IMAGE_CONFIG } from '@angular/common';
import { createApplication } from '@angular/platform-browser';
import { catchError, concatMap, lastValueFrom, map, of, take, tap, timer, toArray } from 'rxjs';
import { appConfig } from './app.config.ts';
import { StockServer } from './server.ts';
import { STOCK_URL, StockService } from './stock-service.ts';

const server = new StockServer();
const app = await createApplication({
  providers: [
    ...appConfig.providers,
    { provide: STOCK_URL, useValue: await server.listen() },
    // There is no document here in which Angular could look for images.
    { provide: IMAGE_CONFIG, useValue: { disableImageSizeWarning: true, disableImageLazyLoadWarning: true } },
  ],
});
const stock = app.injector.get(StockService);

/** Asks every 200 ms, and returns the amounts. */
async function ask(times: number): Promise<string[]> {
  const answer$ = timer(0, 200).pipe(
    take(times),
    concatMap(() => stock.amount().pipe(catchError(() => of('error' as const)))),
    tap((amount) => {
      console.log(
        `amount: ${String(amount).padEnd(8)} circuit: ${stock.circuit.state().padEnd(10)} server: ${String(server.requests)}`,
      );
    }),
    map((amount) => String(amount)),
    toArray(),
  );
  return lastValueFrom(answer$, { defaultValue: [] });
}

console.log('The server is well.');
const before = await ask(2);
console.log('It responds with 503: after three errors the circuit opens, and it is left alone.');
server.failing = true;
const during = await ask(6);
console.log('It is well again: once a second and a half has passed, a request is let through and closes the circuit.');
server.failing = false;
const after = await ask(10);

const seen = [
  before,
  during,
  [after.at(0), after.at(-1)],
  server.requests - after.filter((amount) => amount === '42').length,
];
const expected = [['42', '42'], ['error', 'error', 'error', 'unknown', 'unknown', 'unknown'], ['unknown', '42'], 5];
const asShown = isDeepStrictEqual(seen, expected) && stock.circuit.state() === 'closed';
if (!asShown) console.error('That is not what should have happened.', seen);
process.exitCode = asShown ? 0 : 1;
app.destroy();
server.close();
