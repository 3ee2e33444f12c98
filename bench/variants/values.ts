import { map, range } from 'rxjs';
import { CircuitBreaker, circuitBreaker } from 'rxjs-fluxgate';
import { loaded } from '../breakers.ts';
import type { Group, GroupFactory } from '../group.ts';
import { passing } from '../passing.ts';
import { subscribing } from '../repeat.ts';
import { DEFAULTS, MAP } from './guarded.ts';

export const values: readonly GroupFactory[] = [1, 10, 1_000].map((count) => () => valuesOf(count));

function valuesOf(count: number): Group {
  const source = range(0, count);
  const calls = Math.ceil(256 / count);
  // It never judges, so that it is asked about every value.
  const classify = { classify: () => undefined };
  return {
    title: `A call of ${count.toLocaleString('en')} ${count === 1 ? 'value' : 'values'}`,
    about: `\`range(0, ${String(count)})\`, subscribed. *Every value judged* has a classifier that leaves the call pending.`,
    baselines: [MAP],
    variants: [
      subscribing('unguarded', source, calls),
      subscribing(MAP, source.pipe(map((x) => x)), calls),
      subscribing('the same wiring', source.pipe(passing()), calls),
      subscribing(DEFAULTS, source.pipe(circuitBreaker(new CircuitBreaker())), calls),
      subscribing(
        'circuitBreaker, every component, every value judged',
        source.pipe(circuitBreaker(loaded(), classify)),
        calls,
      ),
    ],
  };
}
