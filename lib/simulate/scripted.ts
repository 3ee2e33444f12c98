import { checkDuration, checkFunction, checkOptions, wrongType } from '../util/check.ts';
import { Columns } from './columns.ts';
import { inherit, type Phase, type ResolvedPhase } from './phase.ts';
import { valueAt } from './ramp.ts';
import { seeded } from './seeded.ts';
import type { Span, Traffic } from './traffic.ts';

/** Sums of many small credits are off in their last digits. */
const TINY = 1e-9;

/**
 * Traffic from a script: phases one after the other, from time 0 on.
 *
 * *Details.* Without `random` it is exact, not a coin toss: calls are spread evenly from the first moment of the script,
 * and so are failures and calls that hang among them, so a phase of 60 s at 50 calls a second has 3,000 calls, and
 * `failureRate: 0.5` fails each second one, the first among them. With `random`, arrivals are a Poisson process and
 * failures are tossed.
 *
 * @param phases at least one; the first names its `rate`
 * @param options `random`: a source of numbers in [0, 1)
 * @throws TypeError or RangeError if a phase is wrong; what a `latency` function throws
 * @example
 * ```ts
 * import { scripted } from 'rxjs-fluxgate/simulate';
 *
 * const outage = scripted([
 *   { duration: 60_000, rate: 50, latency: 40 },
 *   { duration: 30_000, hang: 1 },
 *   { duration: 60_000, hang: 0 },
 * ]);
 * console.log(outage.at.length, outage.outages); // => 7500 [ { from: 60000, to: 90000 } ]
 * ```
 *
 * @see {@link Phase} for what a phase can say, {@link simulate}
 */
export function scripted(
  phases: readonly Phase[],
  options: { readonly random?: (() => number) | undefined } = {},
): Traffic {
  if (!Array.isArray(phases) || phases.length === 0) {
    throw wrongType('scripted: phases', 'an array of at least one phase', phases);
  }
  checkOptions('scripted', options, ['random']);
  const { random } = options;
  if (random !== undefined) checkFunction('scripted: random', random);

  const script = new Script(random);
  let phase: ResolvedPhase | undefined;
  (phases as readonly Phase[]).forEach((given, i) => {
    const what = `scripted: phases[${String(i)}]`;
    phase = inherit(what, given, phase);
    checkDuration(`${what}: duration`, phase.duration);
    script.play(what, phase, { failing: given.failureRate !== undefined, hanging: given.hang !== undefined });
  });
  return script.finish();
}

class Script {
  private readonly _columns = new Columns();
  private readonly _outages: Span[] = [];
  private readonly _random: (() => number) | undefined;
  private readonly _latencies: () => number;
  private _time = 0;
  /** How many calls are due by now, and when the next one is, both as a running count. */
  private _due = 0;
  private _next: number;
  private _failures = 0;
  private _hangs = 0;

  constructor(random: (() => number) | undefined) {
    this._random = random;
    this._latencies = random ?? seeded(1);
    this._next = random ? -Math.log(1 - random()) : 0;
  }

  play(what: string, phase: ResolvedPhase, named: { failing: boolean; hanging: boolean }): void {
    const { duration, rate, latency, failureRate, hang } = phase;
    const begin = this._time;
    // A share that a phase names itself begins with it; one that it inherits goes on.
    if (named.failing) this._failures = 0;
    if (named.hanging) this._hangs = 0;

    const slope = (rate.to - rate.from) / duration;
    const due = settle(this._due + ((rate.from + rate.to) / 2) * (duration / 1_000));
    for (; this._next < due; this._next += this._random ? -Math.log(1 - this._random()) : 1) {
      const missing = (this._next - this._due) * 1_000;
      // The root of rate.from × t + slope × t² / 2 = missing, in the form that loses no digits.
      const root = rate.from + Math.sqrt(Math.max(0, rate.from ** 2 + 2 * slope * missing));
      const elapsed = missing > 0 ? (slope === 0 ? missing / rate.from : (2 * missing) / root) : 0;
      const share = Math.min(1, elapsed / duration);
      const took = typeof latency === 'function' ? latency(this._latencies) : valueAt(latency, share);
      if (typeof took !== 'number' || !(took >= 0)) {
        throw new RangeError(`${what}: latency must be at least 0 ms, got ${String(took)}`);
      }
      const hangs = valueAt(hang, share);
      const fails = Math.min(1 - hangs, valueAt(failureRate, share));
      const end = this._draw(hangs, fails);
      const at = begin + elapsed;
      if (end === 'hangs') this._columns.push(at, Infinity, 0);
      else if (end === 'fails') this._columns.push(at, phase.failAfter ?? took, phase.status);
      else this._columns.push(at, took, 200);
    }
    this._due = due;
    this._time = begin + duration;
    if (phase.outage) this._addOutage(begin, this._time);
  }

  finish(): Traffic {
    return Object.freeze({
      ...this._columns.finish(),
      outages: Object.freeze(this._outages),
      span: Object.freeze({ from: 0, to: this._time }),
      notes: Object.freeze([]),
    });
  }

  private _draw(hangs: number, fails: number): 'hangs' | 'fails' | 'responds' {
    if (this._random) {
      const toss = this._random();
      return toss < hangs ? 'hangs' : toss < hangs + fails ? 'fails' : 'responds';
    }
    this._hangs += hangs;
    this._failures += fails;
    if (this._hangs > TINY) {
      this._hangs--;
      return 'hangs';
    }
    if (this._failures > TINY) {
      this._failures--;
      return 'fails';
    }
    return 'responds';
  }

  private _addOutage(from: number, to: number): void {
    const last = this._outages.at(-1);
    if (last?.to === from) this._outages.pop();
    this._outages.push(Object.freeze({ from: last?.to === from ? last.from : from, to }));
  }
}

/** A count that is a whole number but for rounding is one, so that no call slips into the phase before. */
function settle(count: number): number {
  const whole = Math.round(count);
  return Math.abs(count - whole) <= TINY * Math.max(1, whole) ? whole : count;
}
