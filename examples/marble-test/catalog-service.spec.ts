import { catchError, defer, EMPTY, mergeMap, of, type Observable } from 'rxjs';
import { configure } from 'rxjs-marbles';
import { isCallNotPermitted, type State } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { CatalogService, type FetchProduct, type Product } from './catalog-service.ts';

// Virtual time: inside `marbles` a second of cooldown takes none, and the breaker needs no option for it.
const { marbles } = configure({
  run: true,
  frameworkMatcher: true,
  assertDeepEqual: (actual, expected) => expect(actual).toStrictEqual(expected),
});

const PEN: Product = { id: 'pen', price: 2 };
const DOWN = new Error('HTTP 503');

/** A catalog that answers each call that reaches it with the next of these. */
function inTurn(...answers: Observable<Product>[]): FetchProduct {
  return () => defer(() => answers.shift() ?? EMPTY);
}

/** What a user is shown: the product, or that there is none. */
function page(product$: Observable<Product>): Observable<string> {
  return product$.pipe(
    mergeMap(({ id, price }) => of(`${id}: ${String(price)} €`)),
    catchError((error: unknown) => of(isCallNotPermitted(error) ? 'come back later' : 'try again')),
  );
}

describe('CatalogService', () => {
  const pages = { p: 'pen: 2 €', l: 'come back later', t: 'try again' };
  const states: Record<string, State> = { c: 'closed', o: 'open', h: 'half_open' };

  it(
    'should show what was last seen once three calls in a row have failed',
    marbles((m) => {
      const up = m.cold('    -(p|)                    ', { p: PEN });
      const down = m.cold('       -#                    ', undefined, DOWN);
      const calls = m.hot('  c----c----c----c----c----|');
      const expected = '     -p----t----t----t---p----|';
      const state = '        c---------------o----    ';
      const untilHere = '    ^------------------------!';

      const service = new CatalogService(inTurn(up, down, down, down));
      const shown = calls.pipe(mergeMap(() => page(service.product('pen'))));

      m.expect(shown).toBeObservable(expected, pages);
      m.expect(service.breaker.state$, untilHere).toBeObservable(state, states);
    }),
  );

  it(
    'should leave the catalog alone while the circuit is open',
    marbles((m) => {
      const up = m.cold('    -(p|)', { p: PEN });
      const calls = m.hot('  c----c----|');
      const expected = '     l----l----|';

      const service = new CatalogService(() => up);
      service.breaker.forceOpen();
      const shown = calls.pipe(mergeMap(() => page(service.product('pen'))));

      m.expect(shown).toBeObservable(expected, pages);
      m.expect(up).toHaveSubscriptions([]);
    }),
  );

  it(
    'should take a catalog that hangs for one that is down',
    marbles((m) => {
      const hang = m.cold('  -----');
      const calls = m.hot('  ccc|');
      const expected = '     100ms tt(t|)';
      const state = '        c 101ms o 999ms h';

      const service = new CatalogService(() => hang);
      const shown = calls.pipe(mergeMap(() => page(service.product('pen'))));

      m.expect(shown).toBeObservable(expected, pages);
      m.expect(service.breaker.state$).toBeObservable(state, states);
    }),
  );

  it(
    'should trust the catalog again after two good answers',
    marbles((m) => {
      const up = m.cold('           -(p|)       ', { p: PEN });
      const calls = m.hot('  c 999ms c----c----|');
      const expected = '     l 999ms -p----p---|';
      const state = '        o 999ms h-----c----';

      const service = new CatalogService(() => up);
      service.breaker.trip();
      const shown = calls.pipe(mergeMap(() => page(service.product('pen'))));

      m.expect(shown).toBeObservable(expected, pages);
      m.expect(service.breaker.state$).toBeObservable(state, states);
    }),
  );
});
