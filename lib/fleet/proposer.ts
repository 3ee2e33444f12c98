import type { Circuit } from '../breaker/circuit.ts';
import type { Clock } from '../breaker/clock.ts';
import { askRetryFor, getTally } from '../breaker/tally.ts';
import type { Decisions } from './decisions.ts';
import type { EngineLink } from './engine-link.ts';
import type { FleetSettings } from './fleet-options.ts';
import type { MemberView } from './member-view.ts';
import type { OpeningWait } from './opening-wait.ts';
import { propose, type ProposalContext } from './proposal.ts';
import { LONGEST_WAIT } from './record.ts';
import type { Sent } from './reporter.ts';
import type { Change } from './rules.ts';

/** The parts of a member that a proposal is made of. */
export interface ProposerParts {
  readonly breaker: Circuit;
  readonly settings: FleetSettings;
  readonly clock: Clock;
  readonly link: EngineLink;
  readonly view: MemberView;
  readonly decisions: Decisions;
  readonly wait: OpeningWait;
}

/** Makes the records that a member wants to write. */
export class Proposer {
  /** What the fleet's tripper explained last. */
  tripped = '';
  private readonly _parts: ProposerParts;

  constructor(parts: ProposerParts) {
    this._parts = parts;
  }

  prepare(change: Change): Sent | undefined {
    const { command, count } = this._parts.decisions;
    const proposal = propose(change, this._toContext());
    return proposal && { change, proposal, command, decisions: count };
  }

  private _toContext(): ProposalContext {
    const { breaker, settings, clock, link, view, decisions, wait } = this._parts;
    const { command, detail } = decisions;
    const now = clock.now();
    const ownOpening = breaker.state.name === 'open' && decisions.verdict === 'tripped';
    const { left } = getTally(breaker);
    const { lifetime } = view;
    const commandLeft = command ? Math.max(0, command.until - now) : 0;
    return {
      id: settings.id,
      now: link.toEngine(now),
      lifetime,
      followed: view.followed,
      command,
      commandLeft: Math.min(Math.ceil(commandLeft), LONGEST_WAIT),
      wait: () => (ownOpening ? wait.own(left, lifetime) : wait.ask(() => askRetryFor(breaker, 0), lifetime)),
      reopens: breaker.state.name === 'closed' ? 0 : breaker.reopens,
      ownDetail: detail,
      tripped: ownOpening ? `${this.tripped} (${detail})` : this.tripped,
      notified: wait.notifier === 'emitted',
      halfOpen: breaker.state.name === 'half_open',
    };
  }
}
