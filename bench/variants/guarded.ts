import { map, of } from 'rxjs';
import { CircuitBreaker, circuitBreaker, timeWindow, type CallContext } from 'rxjs-fluxgate';
import { disabled, loaded, loadedByCount, notUndefined, ticking, watched, watchedDefaults } from '../breakers.ts';
import type { Group } from '../group.ts';
import { passing, timed } from '../passing.ts';
import { subscribing } from '../repeat.ts';

export const MAP = 'map((x) => x)';
export const DEFAULTS = 'circuitBreaker, defaults';
export const FUNCTION = 'circuitBreaker, a function as tripper';
export const WATCHED = 'circuitBreaker, call$ watched';
export const FAST = 'circuitBreaker, no call slow';
export const SLOW = 'circuitBreaker, every call slow';
export const LOADED = 'circuitBreaker, every component';
export const LOADED_BY_COUNT = 'circuitBreaker, every component, countWindow';

const byFunction = ({ metric }: CallContext): boolean => metric.totalCount >= 20 && (metric.failureRate ?? 0) >= 0.5;

export function guarded(): Group {
  const source = of(1);
  const classify = { classify: notUndefined };
  return {
    title: 'A guarded `of(1)`, subscribed',
    about:
      'One synchronous value and its completion. *The same wiring* is an operator built as `circuitBreaker` is that ' +
      'reports to no one: no breaker wired so can cost less. *Every component* has a `timeWindow` unless ' +
      'it names another one, `instanceOf`, `classify`, four trippers combined, `backoff` with jitter, `probes`, a ' +
      'listener, and `signal$` and `state$` subscribed.',
    baselines: [MAP],
    variants: [
      subscribing('unguarded', source),
      subscribing(MAP, source.pipe(map((x) => x))),
      subscribing('the same wiring', source.pipe(passing())),
      subscribing('the same wiring, reading the clock twice', source.pipe(timed())),
      subscribing('circuitBreaker, disabled', source.pipe(circuitBreaker(disabled()))),
      subscribing(DEFAULTS, source.pipe(circuitBreaker(new CircuitBreaker()))),
      subscribing('circuitBreaker, timeWindow', source.pipe(circuitBreaker({ window: timeWindow(60_000) }))),
      subscribing('circuitBreaker, classify', source.pipe(circuitBreaker(new CircuitBreaker(), classify))),
      subscribing(FUNCTION, source.pipe(circuitBreaker({ tripper: byFunction }))),
      subscribing(WATCHED, source.pipe(circuitBreaker(watchedDefaults()))),
      subscribing(FAST, source.pipe(circuitBreaker(ticking(10)))),
      subscribing(SLOW, source.pipe(circuitBreaker(ticking(1)))),
      subscribing(LOADED, source.pipe(circuitBreaker(loaded(), classify))),
      subscribing(LOADED_BY_COUNT, source.pipe(circuitBreaker(loadedByCount(), classify))),
      subscribing('circuitBreaker, every component, call$ watched', source.pipe(circuitBreaker(watched(), classify))),
    ],
  };
}
