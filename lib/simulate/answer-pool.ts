import { isWithin, type Prepared } from './prepare.ts';
import { seeded } from './seeded.ts';
import { firstFrom } from './traffic.ts';

/** From so many recorded calls around a moment a try draws its answer. */
const NEIGHBOURS = 10;

/**
 * What the dependency does with a try that no record holds. Drawn among neighbours, because the nearest one alone would
 * give a retry of an evenly spread script the same answer each time.
 */
export class AnswerPool {
  private readonly _prepared: Prepared;
  private readonly _random: () => number;

  constructor(prepared: Prepared) {
    this._prepared = prepared;
    this._random = prepared.world.random ?? seeded(2);
  }

  /** The recorded call whose answer call `i` gets, if it is tried at `now`: its own at the recorded time. */
  at(i: number, now: number): number {
    const { at } = this._prepared.traffic;
    if (at[i] === now) return i;
    const [begin, end] = this._spellAt(now);
    const middle = Math.min(Math.max(firstFrom(at, now), begin), end);
    const first = Math.max(begin, Math.min(middle - NEIGHBOURS / 2, end - NEIGHBOURS));
    const count = Math.min(NEIGHBOURS, end - first);
    return first + Math.min(count - 1, Math.floor(this._random() * count));
  }

  /** The calls of the same outage, or of the time between two outages, as a half-open range; all if it holds none. */
  private _spellAt(now: number): readonly [begin: number, end: number] {
    const { outages, traffic } = this._prepared;
    let begin = 0;
    let end = traffic.at.length;
    for (const outage of outages) {
      if (outage.from > now) {
        end = outage.begin;
        break;
      }
      begin = outage.begin;
      if (isWithin(outage, now)) {
        end = outage.end;
        break;
      }
      begin = outage.end;
    }
    return begin < end ? [begin, end] : [0, traffic.at.length];
  }
}
