// Random sequences of steps.
import fc from 'fast-check';
import { client, commandName, ending, stream, verdict } from './arbitraries.ts';
import { Command, Dispose, Unwatch, Watch } from './breaker-steps.ts';
import { Emit, Subscribe, Unsubscribe } from './call-steps.ts';
import type { Real, Setting, Step } from './step.ts';
import { Advance, AdvanceOverWindow, AdvanceToDue, SetClock } from './time-steps.ts';

const which = fc.nat({ max: 30 });

export function traces(maxCommands: number): fc.Arbitrary<Iterable<Step>> {
  const subscribe = client.map((one) => new Subscribe(one));
  const end = fc.tuple(which, ending).map(([source, what]) => new Emit(source, what));
  const wait = fc.oneof(
    fc.integer({ min: 0, max: 50 }).map((ms) => new Advance(ms)),
    fc.constantFrom(-1, 0, 1).map((offset) => new AdvanceOverWindow(offset)),
  );
  // Rare, because little happens afterwards.
  const dispose = fc.oneof(
    { weight: 50, arbitrary: fc.constant(new Watch('state$')) },
    { weight: 1, arbitrary: fc.constant(new Dispose()) },
  );
  return fc.commands<Setting, Real>(
    [
      subscribe,
      subscribe,
      subscribe,
      end,
      end,
      end,
      fc.tuple(which, verdict).map(([source, what]) => new Emit(source, what)),
      which.map((caller) => new Unsubscribe(caller)),
      wait,
      fc.constantFrom(-1, 0, 1, 100).map((offset) => new AdvanceToDue(offset)),
      fc.constantFrom(-1_000, -7, 7, 1_000).map((ms) => new SetClock(ms)),
      commandName.map((command) => new Command(command)),
      stream.map((one) => new Watch(one)),
      which.map((watcher) => new Unwatch(watcher)),
      dispose,
    ],
    // Otherwise fast-check keeps most traces to ten steps.
    { maxCommands, size: 'max' },
  );
}
