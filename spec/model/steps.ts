// The steps of a random trace: each is done to the model and to the breaker, and then they must look the same.
import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { client, commandName, stream, verdict } from './arbitraries.ts';
import type { Client, CommandName, Said, Stream } from './config.ts';
import type { Invariants } from './invariants.ts';
import type { Model } from './model.ts';
import { say, type TestSubject } from './subject.ts';

interface Setting {
  readonly model: Model;
}

interface Real {
  readonly subject: TestSubject;
  readonly invariants: Invariants;
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
    const { subject, invariants } = real;
    deepStrictEqual(rounded(subject.log), rounded(model.audience.log));
    deepStrictEqual(rounded(subject.events), rounded(model.events));
    deepStrictEqual(rounded(subject.info()), rounded(model.info()));
    deepStrictEqual(subject.pending(), model.pending());
    invariants.check();
    // Compared once.
    subject.log.length = model.audience.log.length = 0;
    subject.events.length = model.events.length = 0;
  }
}

class Subscribe extends Same {
  readonly client: Client;

  constructor(client: Client) {
    super();
    this.client = client;
  }

  override do(model: Model, { subject }: Real): void {
    model.subscribe(this.client);
    subject.subscribe(this.client);
  }

  override toString(): string {
    return `subscribe(${JSON.stringify(this.client)})`;
  }
}

/** Something happens to one of the calls that have not ended. */
class Happen extends Same {
  readonly which: number;
  readonly what: Said | 'unsubscribe';

  constructor(which: number, what: Said | 'unsubscribe') {
    super();
    this.which = which;
    this.what = what;
  }

  override possible(model: Model): boolean {
    return model.calls.length > 0;
  }

  override do(model: Model, { subject, invariants }: Real): void {
    const { what } = this;
    const call = model.calls[this.which % model.calls.length]!;
    const { source, subscription } = subject.calls.get(call.id)!;
    if (what === 'unsubscribe') model.unsubscribe(call);
    else model.say(call, what);
    invariants.harmlessIfStale(() => {
      if (what === 'unsubscribe') subscription.unsubscribe();
      else say(source, what);
    });
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
  readonly stream: Stream;

  constructor(stream: Stream) {
    super();
    this.stream = stream;
  }

  override do(model: Model, { subject }: Real): void {
    model.watch(this.stream);
    subject.watch(this.stream);
  }

  override toString(): string {
    return `watch(${this.stream})`;
  }
}

class Unwatch extends Same {
  readonly which: number;

  constructor(which: number) {
    super();
    this.which = which;
  }

  override possible(model: Model): boolean {
    return model.audience.watchers.length > 0;
  }

  override do(model: Model, { subject }: Real): void {
    const watcher = model.audience.watchers[this.which % model.audience.watchers.length]!;
    model.unwatch(watcher);
    subject.unwatch(watcher.id);
  }

  override toString(): string {
    return `unwatch(${String(this.which)})`;
  }
}

class Dispose extends Same {
  override possible(model: Model): boolean {
    return !model.disposed;
  }

  override do(model: Model, { subject }: Real): void {
    model.dispose();
    subject.dispose();
  }

  override toString(): string {
    return 'dispose()';
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

/** Over the whole window, or to the last ms in which it holds what is recorded now. */
class AdvanceOverWindow extends Same {
  readonly offset: number;

  constructor(offset: number) {
    super();
    this.offset = offset;
  }

  override do(model: Model, { subject }: Real): void {
    const { window } = model.config;
    const ms = (window.kind === 'time' ? window.duration : 100) + this.offset;
    model.advance(ms);
    subject.advance(ms);
  }

  override toString(): string {
    return `advanceOverWindow(${String(this.offset)})`;
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
const ending = fc.constantFrom('tracked', 'tracked', 'untracked', 'complete', 'unsubscribe');

export function traces(maxCommands: number): fc.Arbitrary<Iterable<Step>> {
  const subscribe = client.map((one) => new Subscribe(one));
  const end = fc.tuple(which, ending).map(([call, what]) => new Happen(call, what));
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
      fc.tuple(which, verdict).map(([call, what]) => new Happen(call, what)),
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
