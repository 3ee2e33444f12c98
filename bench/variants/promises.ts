import { guarded as guard, CircuitBreaker } from 'rxjs-fluxgate';
import type { Group } from '../group.ts';
import { awaiting } from '../repeat.ts';
import { cockatiel, opossum } from '../rivals.ts';

export const GUARDED = 'guarded(breaker, fn)';
export const EXECUTE = 'cockatiel, execute(fn)';

export function promises(): Group {
  const work = (): Promise<number> => Promise.resolve(1);
  const ours = guard(new CircuitBreaker(), work);
  const policy = cockatiel();
  const opossumBreaker = opossum(work);
  return {
    title: 'A guarded function that returns a promise',
    about: '`() => Promise.resolve(1)`, awaited, without RxJS in between.',
    baselines: [EXECUTE],
    variants: [
      awaiting('unguarded function', work),
      awaiting(GUARDED, () => ours()),
      awaiting(EXECUTE, () => policy.execute(work)),
      awaiting('opossum, fire(fn)', () => opossumBreaker.fire()),
    ],
    dispose: () => opossumBreaker.shutdown(),
  };
}
