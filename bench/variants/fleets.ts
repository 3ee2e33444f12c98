import { config, of, Subscription, throwError } from 'rxjs';
import { CircuitBreaker, circuitBreaker } from 'rxjs-fluxgate';
import { joinFleet, memoryStore, type FleetStore } from 'rxjs-fluxgate/fleet';
import type { Group, Variant } from '../group.ts';
import { subscribing } from '../repeat.ts';

export const ALONE = 'a breaker that is alone';
export const IN_FLEET = 'a breaker in a fleet';
export const AWAY = 'a breaker in a fleet whose engine is away';

export function fleets(): Group {
  const source = of(1);
  const { onUnhandledError } = config;
  const ends = new Subscription(() => (config.onUnhandledError = onUnhandledError));
  // That the engine is away is reported.
  config.onUnhandledError = () => undefined;
  const joined = (name: string, store: FleetStore): Variant => {
    const breaker = new CircuitBreaker();
    // Often enough that a measurement meets some reports.
    ends.add(joinFleet(breaker, { store, every: 10, patience: 1e6 }));
    return subscribing(name, source.pipe(circuitBreaker(breaker)));
  };
  const away = (): never => {
    throw new Error('away');
  };
  return {
    title: 'What a fleet costs a call: a guarded `of(1)`',
    about:
      'Default options, reports every 10 ms. A call never asks the engine: the fleet reads the counts of the breaker.',
    baselines: [ALONE],
    variants: [
      subscribing(ALONE, source.pipe(circuitBreaker(new CircuitBreaker()))),
      joined(IN_FLEET, memoryStore()),
      joined(AWAY, { sync: away, changes$: throwError(() => new Error('away')) }),
    ],
    dispose: () => ends.unsubscribe(),
  };
}
