import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';

/** A scheduler whose clock and whose timers are moved apart, as on a machine whose clock is set while timers run. */
export class ManualScheduler implements SchedulerLike {
  #clock: number;
  /** What the timers go by. */
  #elapsed = 0;
  #timers: { readonly at: number; readonly run: () => void }[] = [];

  constructor(clock = 0) {
    this.#clock = clock;
  }

  /** How many timers are held. */
  get timers(): number {
    return this.#timers.length;
  }

  now(): number {
    return this.#clock;
  }

  /** Sets the clock forward, or back if negative; no timer notices. */
  step(ms: number): void {
    this.#clock += ms;
  }

  /** Lets time pass, for the clock and for the timers. */
  pass(ms: number): void {
    const end = this.#elapsed + ms;
    for (let timer = this.#next(end); timer; timer = this.#next(end)) {
      this.#clock += timer.at - this.#elapsed;
      this.#elapsed = timer.at;
      this.#timers = this.#timers.filter((other) => other !== timer);
      timer.run();
    }
    this.#clock += end - this.#elapsed;
    this.#elapsed = end;
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
    const action = Object.assign(new Subscription(), {
      schedule: (next?: T, after = 0): Subscription => {
        const timer = { at: this.#elapsed + after, run: () => work.call(action, next) };
        this.#timers = [...this.#timers, timer];
        action.add(() => {
          this.#timers = this.#timers.filter((other) => other !== timer);
        });
        return action;
      },
    });
    return action.schedule(state, delay);
  }

  #next(end: number): { readonly at: number; readonly run: () => void } | undefined {
    return this.#timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
  }
}
