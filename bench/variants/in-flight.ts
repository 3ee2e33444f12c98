import { NEVER, of } from 'rxjs';
import { CircuitBreaker, circuitBreaker } from 'rxjs-fluxgate';
import type { Group, Variant } from '../group.ts';
import { observer, subscribing } from '../repeat.ts';

export const FEW_IN_FLIGHT = '1 other call';

export function inFlight(): Group {
  return {
    title: 'A call while others are in flight',
    about:
      'A guarded `of(1)`, subscribed, while that many subscriptions of a guarded `NEVER` wait in the same breaker.',
    baselines: [FEW_IN_FLIGHT],
    variants: [1, 100, 10_000, 100_000].map(besides),
  };
}

function besides(others: number): Variant {
  const breaker = new CircuitBreaker();
  const hung = NEVER.pipe(circuitBreaker(breaker));
  for (let i = 0; i < others; i++) hung.subscribe(observer);
  const name = `${others.toLocaleString('en')} other ${others === 1 ? 'call' : 'calls'}`;
  return subscribing(name, of(1).pipe(circuitBreaker(breaker)));
}
