import type { Change, Command, Followed } from './rules.ts';
import { formatRecord, LONGEST_WAIT, type FleetRecord } from './record.ts';
import type { Replacement } from './store.ts';

/** What a proposal is made of. Moments are in the engine's time. */
export interface ProposalContext {
  readonly id: string;
  readonly now: number;
  readonly lifetime: number;
  readonly followed: Followed | undefined;
  readonly command: Command | undefined;
  /** How long an opening is to last, in ms; asked only if the change is one. */
  readonly wait: () => number;
  /** What is left of the wait of the command, in ms. */
  readonly commandLeft: number;
  readonly reopens: number;
  /** The text of the breaker's own last verdict. */
  readonly ownDetail: string;
  /** The text of the fleet's tripper. */
  readonly tripped: string;
  readonly notified: boolean;
  readonly halfOpen: boolean;
}

/** A record that a member wants to write, and its text. */
export interface Proposal {
  readonly record: FleetRecord;
  readonly text: string;
}

/** The record that a change makes of the one that is followed. */
export function propose(change: Change, context: ProposalContext): Proposal | undefined {
  const { followed } = context;
  // Given back word for word, so that all who follow it know it again.
  if (change === 'restore') return followed;
  const record = toRecord(change, context);
  return record && { record, text: formatRecord(record) };
}

export function toReplacement({ record, text }: Proposal, revision: string): Replacement {
  return { revision, epoch: record.epoch, record: text };
}

function toRecord(change: Change, context: ProposalContext): FleetRecord | undefined {
  const { id, now, lifetime, command, ownDetail } = context;
  const old = context.followed?.record;
  const next: FleetRecord = {
    epoch: (old?.epoch ?? 0) + 1,
    state: 'closed',
    manual: false,
    until: 0,
    wait: 0,
    reopens: 0,
    by: id,
    detail: ownDetail,
    prober: '',
    lease: 0,
  };
  switch (change) {
    case 'command': {
      if (!command) return undefined;
      const { state, probes } = command;
      const wait = state === 'open' && !probes ? context.commandLeft : 0;
      const manual: FleetRecord = { ...next, state, manual: true, wait, detail: command.detail };
      if (state !== 'open') return manual;
      const open = { ...manual, until: now + wait, reopens: context.reopens };
      return probes ? { ...open, prober: id, lease: now + lifetime } : open;
    }
    case 'open':
    case 'reopened': {
      const wait = context.wait();
      const detail = change === 'open' ? context.tripped : ownDetail;
      return { ...next, state: 'open', wait, until: now + wait, reopens: context.reopens, detail };
    }
    case 'lease':
      if (!old) return undefined;
      return {
        ...old,
        prober: id,
        lease: now + lifetime,
        until: context.halfOpen ? Math.min(old.until, now) : old.until,
      };
    case 'until': {
      if (!old) return undefined;
      const wait = context.notified ? 0 : lifetime;
      return { ...old, wait: old.wait === LONGEST_WAIT ? old.wait : Math.max(old.wait, wait), until: now + wait };
    }
    default:
      return next;
  }
}
