// What time does, and what setting the clock does.
import type { Model } from './model.ts';
import { Same, type Real } from './step.ts';

export class Advance extends Same {
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
export class AdvanceToDue extends Same {
  readonly offset: number;

  constructor(offset: number) {
    super();
    this.offset = offset;
  }

  override do(model: Model, { subject }: Real): void {
    // Whole ms, because the sum of a clock's offset and of a jittered wait is not exact.
    const ms = Math.max(0, Math.ceil(model.nextDue()) + this.offset);
    model.advance(ms);
    subject.advance(ms);
  }

  override toString(): string {
    return `advanceToDue(${String(this.offset)})`;
  }
}

/** Over the whole window, or to the last ms in which it holds what is recorded now. */
export class AdvanceOverWindow extends Same {
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

export class SetClock extends Same {
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
