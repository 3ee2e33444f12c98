import { admitAll, CircuitBreaker, failureStreak, isCallNotPermitted, type Recovery, type Retry } from 'rxjs-fluxgate';
import { VirtualScheduler } from 'rxjs-fluxgate/simulate';

// A world of one's own on a VirtualScheduler: a client and a server that no record could hold, because what the client
// does changes what the server meets. `npm run test:published` compares its results with the published ones.

/** A unit of the paper's time, in ms, so that waits of whole ms are exact enough. */
const UNIT = 1_000;

/** The paper's circuit closes after two successes and reopens at a failure. */
const recovery: Recovery = ({ failures, successes }) => (failures ? 'reopen' : successes >= 2 ? 'close' : undefined);

export interface Times {
  readonly total: number;
  /** The time spent in calls. */
  readonly contention: number;
}

/** How long the circuit stays open, in the paper's units; undefined for a client without a breaker. */
export type Wait = ((reopens: number) => number) | undefined;

/**
 * The client and the server of Mendonça et al., ICSA 2020: one client makes one call at a time until it has 100 responses.
 */
export class IcsaClient {
  private readonly _scheduler = new VirtualScheduler();
  private readonly _random: () => number;
  private readonly _repair: number;
  private readonly _breaker: CircuitBreaker | undefined;
  private _reached = 0;
  private _upAt = 0;

  constructor(availability: number, wait: Wait, random: () => number) {
    this._random = random;
    this._repair = (1 / availability - 1) * 50;
    if (!wait) return;
    const retry: Retry = ({ reopens }) => wait(reopens) * UNIT;
    this._breaker = new CircuitBreaker({
      tripper: failureStreak(2),
      recovery,
      retry,
      permit: admitAll(),
      scheduler: this._scheduler,
    });
  }

  run(): Times {
    let contention = 0;
    for (let answers = 0; answers < 100;) {
      this._pass(this._exponential(1));
      const call = this._admit();
      if (call === 'rejected') continue;
      const { answered, took } = this._call();
      this._pass(took);
      contention += took;
      if (answered) {
        answers++;
        call?.complete();
      } else call?.error(new Error('failed'));
    }
    return { total: this._scheduler.now() / UNIT, contention };
  }

  private _admit() {
    try {
      return this._breaker?.admit();
    } catch (error) {
      if (isCallNotPermitted(error)) return 'rejected';
      throw error;
    }
  }

  private _call(): { answered: boolean; took: number } {
    const now = this._scheduler.now() / UNIT;
    const wait = Math.max(0, this._upAt - now);
    if (wait > 2) return { answered: false, took: 2 };
    const work = this._exponential(5);
    const took = wait + Math.min(10, work);
    this._reached++;
    if (this._reached % 10 === 0) this._upAt = now + took + this._exponential(this._repair);
    return { answered: work <= 10, took };
  }

  private _pass(units: number): void {
    this._scheduler.advanceTo(this._scheduler.now() + units * UNIT);
  }

  private _exponential(mean: number): number {
    return -mean * Math.log(1 - this._random());
  }
}
