import { firstValueFrom, of } from 'rxjs';
import { circuitBreaker } from 'rxjs-fluxgate';
import { open } from '../breakers.ts';
import type { Group } from '../group.ts';
import { awaiting, calling, sink, subscribing } from '../repeat.ts';
import { openCockatiel, opossum } from '../rivals.ts';

export const REJECTED = 'circuitBreaker, subscribed';
export const OPOSSUM_REJECTED = 'opossum, fire()';
export const COCKATIEL_REJECTED = 'cockatiel, execute()';

export async function rejections(): Promise<Group> {
  const source = of(1);
  const ours = open();
  const rejected = source.pipe(circuitBreaker(ours));
  const action = (): Promise<unknown> => firstValueFrom(source);
  const opossumBreaker = opossum(action);
  opossumBreaker.open();
  const policy = await openCockatiel();
  return {
    title: 'A call rejected by an open circuit',
    about:
      'Until the error is handled: by the error handler of a subscription, or by a `catch` around the `await`. The ' +
      'limit compares the operator as it is used with the rivals as they are used; *awaited* is ours through ' +
      '`firstValueFrom`, so that it too pays for a promise.',
    baselines: [OPOSSUM_REJECTED, COCKATIEL_REJECTED],
    variants: [
      subscribing(REJECTED, rejected),
      calling('circuitBreaker, admit()', () => {
        try {
          ours.admit();
        } catch (error) {
          sink.value = error;
        }
      }),
      awaiting('circuitBreaker, awaited', () => firstValueFrom(rejected)),
      awaiting(OPOSSUM_REJECTED, () => opossumBreaker.fire()),
      awaiting(COCKATIEL_REJECTED, () => policy.execute(action)),
    ],
    dispose: () => opossumBreaker.shutdown(),
  };
}
