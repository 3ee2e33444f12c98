// What the owners of the breaker do.
import type { CommandName, Stream } from './config.ts';
import type { Model } from './model.ts';
import { Same, type Real } from './step.ts';

export class Command extends Same {
  readonly command: CommandName;

  constructor(command: CommandName) {
    super();
    this.command = command;
  }

  override do(model: Model, { subject }: Real): void {
    model.command(this.command);
    subject.command(this.command);
  }

  override toString(): string {
    return `${this.command}()`;
  }
}

export class Watch extends Same {
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

export class Unwatch extends Same {
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

export class Dispose extends Same {
  override do(model: Model, { subject }: Real): void {
    model.dispose();
    subject.dispose();
  }

  override toString(): string {
    return 'dispose()';
  }
}
