// The steps of a random trace: each is done to the model and to the breaker, and then they must look the same.
import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { commandName } from './arbitraries.ts';
import { TRACKED, UNTRACKED, type CommandName } from './config.ts';
import type { Model, ModelCall } from './model.ts';
import type { SubjectCall, TestSubject, Verdict } from './subject.ts';

interface Setting {
  readonly model: Model;
}

interface Real {
  readonly subject: TestSubject;
  readonly calls: Map<ModelCall, SubjectCall>;
}

type Step = fc.Command<Setting, Real>;

abstract class Same implements Step {
  abstract do(model: Model, real: Real): void;
  abstract toString(): string;

  check({ model }: Setting): boolean {
    return this.possible(model);
  }

  possible(_model: Model): boolean {
    return true;
  }

  run({ model }: Setting, real: Real): void {
    this.do(model, real);
    const { subject } = real;
    deepStrictEqual(rounded(subject.info()), rounded(model.info()));
    deepStrictEqual(rounded(subject.signals), rounded(model.signals));
    deepStrictEqual(rounded(subject.events), rounded(model.events));
    deepStrictEqual(subject.pending(), model.pending());
    for (const states of subject.states) {
      deepStrictEqual(states.at(-1), model.epoch.state);
      deepStrictEqual(
        states.filter((state, i) => state === states[i - 1]),
        [],
      );
    }
    // Compared once.
    subject.signals.length = model.signals.length = 0;
    subject.events.length = model.events.length = 0;
  }
}

class Subscribe extends Same {
  readonly classified: boolean;

  constructor(classified: boolean) {
    super();
    this.classified = classified;
  }

  override do(model: Model, { subject, calls }: Real): void {
    const expected = model.subscribe(this.classified);
    const actual = subject.subscribe(this.classified);
    if ('settled' in expected && 'source' in actual) calls.set(expected, actual);
    else deepStrictEqual(rounded(actual), rounded(expected));
  }

  override toString(): string {
    return `subscribe(${this.classified ? 'classified' : ''})`;
  }
}

type Ending = 'tracked' | 'untracked' | 'complete' | 'unsubscribe';

/** Something happens to one of the calls that have not ended. */
class Happen extends Same {
  readonly which: number;
  readonly what: Verdict | Ending;

  constructor(which: number, what: Verdict | Ending) {
    super();
    this.which = which;
    this.what = what;
  }

  override possible(model: Model): boolean {
    return model.calls.length > 0;
  }

  override do(model: Model, { calls }: Real): void {
    const call = model.calls[this.which % model.calls.length]!;
    const { source, subscription, heard } = calls.get(call)!;
    const before = heard.length;
    switch (this.what) {
      case 'tracked':
      case 'untracked': {
        const error = this.what === 'tracked' ? TRACKED : UNTRACKED;
        model.error(call, error);
        source.error(error);
        deepStrictEqual(heard.slice(before), [error]);
        break;
      }
      case 'complete':
        model.complete(call);
        source.complete();
        deepStrictEqual(heard.slice(before), ['complete']);
        break;
      case 'unsubscribe':
        model.unsubscribe(call);
        subscription.unsubscribe();
        deepStrictEqual(heard.slice(before), []);
        break;
      default:
        model.value(call, this.what === 'undecided' ? undefined : this.what);
        source.next(this.what);
        deepStrictEqual(heard.slice(before), [this.what]);
    }
    deepStrictEqual(source.observed, model.calls.includes(call));
  }

  override toString(): string {
    return `${this.what}(${String(this.which)})`;
  }
}

class Command extends Same {
  readonly command: CommandName;

  constructor(command: CommandName) {
    super();
    this.command = command;
  }

  override do(model: Model, { subject }: Real): void {
    model.command(this.command);
    subject.breaker[this.command]();
  }

  override toString(): string {
    return `${this.command}()`;
  }
}

class Watch extends Same {
  override do(model: Model, { subject }: Real): void {
    model.watch();
    subject.watch();
  }

  override toString(): string {
    return 'watch()';
  }
}

class Unwatch extends Same {
  override possible(model: Model): boolean {
    return model.watchers > 0;
  }

  override do(model: Model, { subject }: Real): void {
    model.unwatch();
    subject.unwatch();
  }

  override toString(): string {
    return 'unwatch()';
  }
}

class Advance extends Same {
  readonly ms: number;

  constructor(ms: number) {
    super();
    this.ms = ms;
  }

  override do(model: Model, { subject }: Real): void {
    model.advance(this.ms);
    subject.advance(this.ms);
  }

  override toString(): string {
    return `advance(${String(this.ms)})`;
  }
}

/** To the next moment at which something is due, exactly, just before or just after. */
class AdvanceToDue extends Same {
  readonly offset: number;

  constructor(offset: number) {
    super();
    this.offset = offset;
  }

  override do(model: Model, { subject }: Real): void {
    // Whole ms, because the sum of a clock's offset and of a jittered wait is not exact.
    const ms = Math.max(0, Math.ceil((model.nextDue() ?? model.now) - model.now) + this.offset);
    model.advance(ms);
    subject.advance(ms);
  }

  override toString(): string {
    return `advanceToDue(${String(this.offset)})`;
  }
}

class SetClock extends Same {
  readonly ms: number;

  constructor(ms: number) {
    super();
    this.ms = ms;
  }

  override do(model: Model, { subject }: Real): void {
    model.step(this.ms);
    subject.step(this.ms);
  }

  override toString(): string {
    return `setClock(${String(this.ms)})`;
  }
}

/** Without the last digits of its numbers. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Math.round(value * 1e6) / 1e6;
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Map) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, rounded(part)]));
}

const which = fc.nat({ max: 10 });
const ending = fc.constantFrom<Ending[]>('tracked', 'tracked', 'untracked', 'complete', 'unsubscribe');
const verdict = fc.constantFrom<Verdict[]>('success', 'failure', 'ignored', 'undecided');

export function traces(maxCommands: number): fc.Arbitrary<Iterable<Step>> {
  const subscribe = fc.boolean().map((classified) => new Subscribe(classified));
  const end = fc.tuple(which, ending).map(([call, what]) => new Happen(call, what));
  return fc.commands<Setting, Real>(
    [
      subscribe,
      subscribe,
      subscribe,
      end,
      end,
      end,
      fc.tuple(which, verdict).map(([call, what]) => new Happen(call, what)),
      fc.integer({ min: 0, max: 50 }).map((ms) => new Advance(ms)),
      fc.constantFrom(-1, 0, 1, 100).map((offset) => new AdvanceToDue(offset)),
      fc.constantFrom(-1_000, -7, 7, 1_000).map((ms) => new SetClock(ms)),
      commandName.map((command) => new Command(command)),
      fc.constant(new Watch()),
      fc.constant(new Unwatch()),
    ],
    // Otherwise fast-check keeps most traces to ten steps.
    { maxCommands, size: 'max' },
  );
}
