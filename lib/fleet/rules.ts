import type { State } from '../types/state.ts';
import type { FleetRecord, FleetState } from './record.ts';

/** A record as a member follows it: its moments are in the member's own time, whatever the engine's clock does later. */
export interface Followed {
  readonly record: FleetRecord;
  /** As it is in the engine, to be compared and given back. */
  readonly text: string;
  readonly until: number;
  readonly lease: number;
  /** How long after the due moment of the record this member is due, in ms; drawn once an epoch. */
  readonly jitter: number;
}

/** A command that the engine has not taken. */
export interface Command {
  readonly state: FleetState;
  readonly detail: string;
  /** The epoch that the member followed when it was given. */
  readonly base: number;
  /** For `open`: when the circuit is due, in the member's time. */
  readonly until: number;
  /** `halfOpen()`: open, due now, with the lease of this member. */
  readonly probes: boolean;
}

/** What a member knows of itself. */
export interface Local {
  readonly id: string;
  readonly linked: boolean;
  /** The state of the breaker. */
  readonly state: State;
  /** Undefined before the first record. */
  readonly followed: Followed | undefined;
  /** What the breaker has done last of its own accord since then. */
  readonly own: 'tripped' | 'recovered' | undefined;
  readonly command: Command | undefined;
  /** Whether the breaker is to close within the spread. */
  readonly closing: boolean;
  /** Whether it has rejected a call of late. */
  readonly demand: boolean;
  /** Whether it has probes since it last took or renewed the lease. */
  readonly probing: boolean;
  /** Whether it has asked for the lease since the record was followed. */
  readonly asked: boolean;
  /** The due moment that the breaker was last given. */
  readonly due: number | undefined;
  /** The notifier that decides about the wait of an epoch that this member wrote. */
  readonly notifier: 'silent' | 'emitted' | undefined;
}

/** What an answer or a message brings. */
export interface View {
  readonly followed: Followed | undefined;
  /** Why the fleet's tripper holds, if it does. */
  readonly tripped: string | undefined;
}

export interface Durations {
  /** Of a lease, in ms. */
  readonly lifetime: number;
  readonly patience: number;
}

/** A change of the record that this member asks for. */
export type Change = 'restore' | 'command' | 'open' | 'reopened' | 'closed' | 'lease' | 'until';

export type Action =
  | { readonly do: 'drop command' }
  /** `fresh`: of another epoch or state, so that what the breaker did before is void. */
  | { readonly do: 'follow'; readonly followed: Followed; readonly fresh: boolean }
  | { readonly do: 'steer'; readonly state: Exclude<State, 'closed'>; readonly due?: number }
  /** The breaker is due at this moment even if the lease that it asks for never comes. */
  | { readonly do: 'ask'; readonly due: number }
  | { readonly do: 'close' }
  /** The breaker reopened while another member probes. */
  | { readonly do: 'void' }
  | { readonly do: 'write'; readonly change: Change }
  /** Apply the rules again at this moment. */
  | { readonly do: 'wake'; readonly at: number };

/** What the rules of an open fleet look at. */
interface Open {
  readonly followed: Followed;
  readonly fresh: boolean;
  /** Whether a lease is live, and whether it is this member's. */
  readonly leased: boolean;
  readonly mine: boolean;
  /** When this member is due. */
  readonly due: number;
  readonly now: number;
}

/**
 * What a member must do, derived from states alone: whatever answer or message was lost, the next leads to the same
 * place. The numbers are those of the rules in docs/fleet.md.
 *
 * @param view undefined if there is nothing new from the engine
 * @param now in the member's time
 */
export function applyRules(local: Local, view: View | undefined, now: number, durations: Durations): Action[] {
  // 10. Without an answer nothing happens; the next one decides.
  if (!view && !local.linked) return [];
  const actions: Action[] = [];
  let known = local;
  let fresh = false;

  if (view) {
    const theirs = view.followed?.record;
    const epoch = theirs?.epoch ?? 0;
    const mine = known.followed?.record.epoch ?? 0;
    // 3. The engine took another command first.
    if (known.command && theirs?.manual && epoch > known.command.base) {
      actions.push({ do: 'drop command' });
      known = { ...known, command: undefined };
    }
    // 2. The engine has lost writes.
    if (epoch < mine) return [...actions, { do: 'write', change: known.command ? 'command' : 'restore' }];
    // 1. A newer epoch, or other content of the same.
    if (view.followed && view.followed.text !== known.followed?.text) {
      fresh = epoch > mine || view.followed.record.state !== known.followed?.record.state;
      actions.push({ do: 'follow', followed: view.followed, fresh });
      known = { ...known, followed: view.followed, asked: false, due: undefined };
      if (fresh) known = { ...known, own: undefined, closing: false, probing: false };
    }
  }

  // 3. A command wins over everything automatic.
  if (known.command) return [...actions, { do: 'write', change: 'command' }];
  const { followed } = known;
  if (!followed || followed.record.state === 'closed') return [...actions, ...whileClosed(known, view)];
  if (followed.record.state === 'open') return [...actions, ...whileOpen(known, followed, fresh, now, durations)];
  if (known.state !== followed.record.state) actions.push({ do: 'steer', state: followed.record.state });
  return actions;
}

function whileClosed({ followed, state, own, closing }: Local, view: View | undefined): Action[] {
  const actions: Action[] = [];
  // 1. Unless it has opened of its own accord. Without a record an earlier command stays local.
  if (followed && state !== 'closed' && own !== 'tripped' && !closing) actions.push({ do: 'close' });
  // 4.
  if (view?.tripped !== undefined) actions.push({ do: 'write', change: 'open' });
  return actions;
}

function whileOpen(local: Local, followed: Followed, fresh: boolean, now: number, durations: Durations): Action[] {
  const { prober } = followed.record;
  const leased = prober !== '' && now < followed.lease;
  // 5 and 7.
  const due = (leased ? followed.lease : followed.until) + followed.jitter;
  const open: Open = { followed, fresh, leased, mine: leased && prober === local.id, due, now };
  if (local.state === 'half_open') return whileProbing(local, open, durations);
  if (local.state === 'open') return whileWaiting(local, open, durations);
  // 8 and 9.
  if (local.state === 'closed' && local.own === 'recovered') return [{ do: 'write', change: 'closed' }];
  // 1.
  return openUntil(due, now);
}

function whileProbing({ probing }: Local, open: Open, { lifetime }: Durations): Action[] {
  const { followed, fresh, leased, mine, due, now } = open;
  if (mine) {
    // 8.
    const renewAt = followed.lease - lifetime / 3;
    if (now < renewAt) return [{ do: 'wake', at: renewAt }];
    return probing ? [{ do: 'write', change: 'lease' }] : [];
  }
  // 7. An isolated probe, or a lost race; and what probed in an older epoch has no verdict in this one.
  if (leased || fresh) return openUntil(due, now);
  // 6. The first call was a probe at once.
  return probing ? [{ do: 'write', change: 'lease' }] : [];
}

function whileWaiting(local: Local, open: Open, { lifetime, patience }: Durations): Action[] {
  const { followed, leased, mine, due, now } = open;
  const actions: Action[] = [];
  if (local.own === 'tripped') {
    // 8 and 9.
    if (!leased || mine) return [{ do: 'write', change: 'reopened' }];
    // 7.
    actions.push({ do: 'void' });
  }
  if (mine) return [{ do: 'steer', state: 'half_open' }];
  // 4. A notifier decides.
  if (!leased && local.notifier && followed.record.by === local.id) {
    if (local.notifier === 'emitted' && followed.until > now) return [{ do: 'write', change: 'until' }];
    if (local.notifier === 'silent' && followed.until < now + (lifetime * 2) / 3) {
      actions.push({ do: 'write', change: 'until' });
    }
  }
  if (now < due) {
    // 5 and 7.
    if (local.due !== due) actions.push({ do: 'steer', state: 'open', due });
    actions.push({ do: 'wake', at: due });
  } else if (local.demand && local.linked) {
    // 6. Without demand the first call is a probe at once.
    if (!local.asked) actions.push({ do: 'ask', due: now + patience });
    actions.push({ do: 'write', change: 'lease' });
  }
  return actions;
}

function openUntil(due: number, now: number): Action[] {
  const steer: Action = { do: 'steer', state: 'open', due };
  return now < due ? [steer, { do: 'wake', at: due }] : [steer];
}
