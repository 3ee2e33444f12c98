import { catchError, map, mergeMap, of, type Observable } from 'rxjs';
import { configure } from 'rxjs-marbles';
import { isCallNotPermitted } from 'rxjs-fluxgate';
import { drive, inTurn, outage, STATES } from 'rxjs-fluxgate/testing';
import { describe, expect, it } from 'vitest';
import { CatalogService, type Product } from './catalog-service.ts';

// Virtual time: inside `marbles` a second of cooldown takes none, and the breaker needs no option for it.
const { marbles } = configure({
  run: true,
  frameworkMatcher: true,
  assertDeepEqual: (actual, expected) => expect(actual).toStrictEqual(expected),
});

const PEN = { value: { id: 'pen', price: 2 } };

/** What a user is shown: the product, or that there is none. */
function page(product$: Observable<Product>): Observable<string> {
  return product$.pipe(
    map(({ id, price }) => `${id}: ${String(price)} €`),
    catchError((error: unknown) => of(isCallNotPermitted(error) ? 'come back later' : 'try again')),
  );
}

describe('CatalogService', () => {
  const pages = { p: 'pen: 2 €', l: 'come back later', t: 'try again' };

  it(
    'should show what was last seen once three calls in a row have failed',
    marbles((m) => {
      const catalog = outage('ok--down--------------------', PEN);
      const calls = m.hot('   c----c----c----c----c----|');
      const expected = '      -p----t----t----t---p----|';
      const state = '         c---------------o----    ';
      const untilHere = '     ^------------------------!';

      const service = new CatalogService(() => catalog);
      const shown = calls.pipe(mergeMap(() => page(service.product('pen'))));

      m.expect(shown).toBeObservable(expected, pages);
      m.expect(service.breaker.state$, untilHere).toBeObservable(state, STATES);
    }),
  );

  it(
    'should leave the catalog alone while the circuit is open',
    marbles((m) => {
      const catalog = inTurn('ok', PEN);
      const calls = m.hot('  -c----c----|');
      const commands = '     F           ';
      const expected = '     -l----l----|';

      const service = new CatalogService(() => catalog);
      drive(service.breaker, commands);
      const shown = calls.pipe(mergeMap(() => page(service.product('pen'))));

      m.expect(shown).toBeObservable(expected, pages);
      m.flush();
      expect(catalog.attempts).toBe(0);
    }),
  );

  it(
    'should take a catalog that hangs for one that is down',
    marbles((m) => {
      const catalog = inTurn('hang', PEN);
      const calls = m.hot('  ccc|');
      const expected = '     100ms tt(t|)';
      const state = '        c 101ms o 999ms h';

      const service = new CatalogService(() => catalog);
      const shown = calls.pipe(mergeMap(() => page(service.product('pen'))));

      m.expect(shown).toBeObservable(expected, pages);
      m.expect(service.breaker.state$).toBeObservable(state, STATES);
    }),
  );

  it(
    'should trust the catalog again after two good responses',
    marbles((m) => {
      const catalog = outage('ok', PEN);
      const calls = m.hot('  -c 999ms c----c----|');
      const commands = '     O                   ';
      const expected = '     -l 999ms -p----p---|';
      const state = '        o 999ms h------c---';

      const service = new CatalogService(() => catalog);
      drive(service.breaker, commands);
      const shown = calls.pipe(mergeMap(() => page(service.product('pen'))));

      m.expect(shown).toBeObservable(expected, pages);
      m.expect(service.breaker.state$).toBeObservable(state, STATES);
    }),
  );
});
