// What must hold whatever happens, checked from outside after each step; the names are those of docs/fleet.md.
import { deepStrictEqual, ok } from 'node:assert';
import { getTally } from '../../../lib/breaker/tally.ts';
import { EVERY, PATIENCE, SPREAD, type World } from './world.ts';

const LIFETIME = 3 * EVERY;
/** Within which a member that is linked has heard of a change, even if the message is lost. */
const ONE_PERIOD = 1.1 * EVERY + 2 * PATIENCE;

export class Invariants {
  private readonly _world: World;
  private readonly _epochs = new Map<string, number>();
  private _writes = 0;
  /** Since when each member probes without the lease while another holds it. */
  private readonly _usurpers = new Map<string, number>();

  constructor(world: World) {
    this._world = world;
  }

  check(): void {
    this._neverBack();
    this._writesFollow();
    this._dueInTime();
    this._oneProber();
  }

  /** I1. */
  private _neverBack(): void {
    for (const { id, fleet } of this._world.members) {
      const epoch = fleet.status()[0]!.epoch;
      ok(epoch >= (this._epochs.get(id) ?? 0), `I1: member ${id} goes back to epoch ${String(epoch)}`);
      this._epochs.set(id, epoch);
    }
  }

  /** I4, as far as the engine shows it: an epoch is the next, the same, or one that was given back. */
  private _writesFollow(): void {
    const { writes } = this._world.engine;
    for (; this._writes < writes.length; this._writes++) {
      const { by, record } = writes[this._writes]!;
      const before = writes.slice(0, this._writes);
      const highest = Math.max(0, ...before.map((write) => write.record.epoch));
      ok(record.epoch <= highest + 1, `I4: member ${by} skips from ${String(highest)} to ${String(record.epoch)}`);
    }
  }

  /** I6. */
  private _dueInTime(): void {
    const { members, engine, scheduler } = this._world;
    const now = scheduler.now();
    for (const { id, breaker, signals } of members) {
      const answer = engine.replies.get(id);
      const { left = 0 } = getTally(breaker._circuit);
      if (breaker.state !== 'open' || answer?.record?.state !== 'open') continue;
      // Its own retry has the say after it has reopened by itself.
      if (signals.at(-1)?.reason !== 'fleet') continue;
      const { until, lease } = answer.record;
      // Another record may have come by a message since.
      const last = Math.max(
        until,
        lease,
        ...engine.writes.slice(-5).map(({ record }) => Math.max(record.until, record.lease)),
      );
      const bound = Math.max(0, last - now) + 2 * PATIENCE + PATIENCE / 2;
      ok(left <= bound, `I6: member ${id} is due in ${String(left)} ms, which is more than ${String(bound)}`);
    }
  }

  /** I2 and I3. */
  private _oneProber(): void {
    const { members, engine, scheduler, config } = this._world;
    const now = scheduler.now();
    const { record } = engine;
    const leased = record?.state === 'open' && record.prober !== '' && record.lease > now;
    for (const { id, breaker, fleet } of members) {
      const status = fleet.status()[0]!;
      ok(breaker.state !== 'half_open' || breaker.info().inFlight <= config.maxProbes, 'I3: maxProbes');
      const usurper = leased && status.linked && breaker.state === 'half_open' && record.prober !== id;
      if (!usurper) this._usurpers.delete(id);
      const since = this._usurpers.get(id) ?? now;
      if (usurper) this._usurpers.set(id, since);
      ok(
        now - since <= ONE_PERIOD + LIFETIME,
        `I2: member ${id} probes beside ${record?.prober ?? ''} for ${String(now - since)} ms`,
      );
    }
  }

  /** I7: to be called when all faults have ended and the time for it is over. */
  settled(): void {
    const { members, engine } = this._world;
    const state = engine.record?.state ?? 'closed';
    for (const { id, breaker, fleet, signals } of members) {
      const status = fleet.status()[0]!;
      deepStrictEqual(status.linked, true, `I7: member ${id} is not linked`);
      deepStrictEqual(status.epoch, engine.record?.epoch ?? 0, `I7: member ${id} follows another epoch`);
      const own = signals.filter(({ newState }) => newState === 'open').at(-1)?.reason === 'tripped';
      const ok1 =
        state === 'open'
          ? breaker.state === 'open' || breaker.state === 'half_open'
          : state === 'closed'
            ? breaker.state === 'closed' || (own && (breaker.state === 'open' || breaker.state === 'half_open'))
            : breaker.state === state;
      ok(ok1, `I7: member ${id} is ${breaker.state} in a fleet that is ${state}`);
    }
  }

  /** I8: a command that stays is there at the end, unless a later one was taken. */
  commandsSurvive(): void {
    const { writes } = this._world.engine;
    const commands = writes.filter(({ record }) => record.manual);
    const last = commands.at(-1)?.record;
    if (!last || last.state === 'open' || last.state === 'closed') return;
    deepStrictEqual(this._world.engine.record?.state, last.state, 'I8: a command is lost');
  }
}

export const SETTLING_TIME = 16 * EVERY * 1.1 + SPREAD + 4 * PATIENCE;
