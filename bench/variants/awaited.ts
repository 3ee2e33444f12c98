import { defer, firstValueFrom, map, of } from 'rxjs';
import { CircuitBreaker, circuitBreaker } from 'rxjs-fluxgate';
import type { Group } from '../group.ts';
import { awaiting } from '../repeat.ts';
import { cockatiel, opossum } from '../rivals.ts';

export const AWAITED_MAP = 'map((x) => x), awaited';
export const AWAITED_DEFAULTS = 'circuitBreaker, defaults, awaited';
export const OPOSSUM_OBSERVABLE = 'opossum, in defer';
export const COCKATIEL_OBSERVABLE = 'cockatiel, in defer';

export function awaited(): Group {
  const source = of(1);
  const mapped = source.pipe(map((x) => x));
  const ours = source.pipe(circuitBreaker(new CircuitBreaker()));
  const action = (): Promise<unknown> => firstValueFrom(source);
  const opossumBreaker = opossum(action);
  const opossum$ = defer(() => opossumBreaker.fire());
  const policy = cockatiel();
  const cockatiel$ = defer(() => policy.execute(action));
  return {
    title: 'A guarded `of(1)`, awaited',
    about:
      'The rivals guard functions that return promises, so here all go through `firstValueFrom` until its promise ' +
      'resolves. *In defer* is the rival used as an Observable, `defer(() => breaker.fire())`, whose action is ' +
      '`firstValueFrom(of(1))`; the last two are the bare `fire()` and `execute()` of that action. opossum runs without its ' +
      'timeout, percentiles and snapshots, which would make it slower; cockatiel has a `CountBreaker` of 100 calls.',
    baselines: [AWAITED_MAP],
    variants: [
      awaiting('unguarded, awaited', () => firstValueFrom(source)),
      awaiting(AWAITED_MAP, () => firstValueFrom(mapped)),
      awaiting(AWAITED_DEFAULTS, () => firstValueFrom(ours)),
      awaiting(OPOSSUM_OBSERVABLE, () => firstValueFrom(opossum$)),
      awaiting(COCKATIEL_OBSERVABLE, () => firstValueFrom(cockatiel$)),
      awaiting('opossum, fire()', () => opossumBreaker.fire()),
      awaiting('cockatiel, execute()', () => policy.execute(action)),
    ],
    dispose: () => opossumBreaker.shutdown(),
  };
}
