import type { EngineLink } from './engine-link.ts';
import type { FleetSettings } from './fleet-options.ts';
import type { FleetStatus } from './fleet-status.ts';
import type { Proposal } from './proposal.ts';
import { LONGEST_WAIT, parseRecord } from './record.ts';
import type { Followed } from './rules.ts';
import type { FleetView } from './store.ts';

/** Lease, vote and membership last this many periods. */
const LIFETIME = 3;
/** A closed circuit without calls reports each fifth period. */
export const IDLE_PERIODS = 5;
/** Above this many members the period and the jitter grow with them. */
const MANY_MEMBERS = 1_000;

/** The state of the fleet as a member knows it: the record that it follows, and what the engine counted last. */
export class MemberView {
  followed: Followed | undefined;
  /** Whether the engine answered last. */
  linked = false;
  private readonly _settings: FleetSettings;
  private readonly _link: EngineLink;
  private _counts: Pick<FleetView, 'members' | 'open'> = { members: 0, open: 0 };
  private _error: unknown;
  /** The members that the tripper goes by, and until when a count of less than half as many is not believed. */
  private _believed = 0;
  private _believedUntil = -Infinity;

  constructor(settings: FleetSettings, link: EngineLink) {
    this._settings = settings;
    this._link = link;
  }

  /** 0 before the first record. */
  get epoch(): number {
    return this.followed?.record.epoch ?? 0;
  }

  /** `closed` before the first record. */
  get state(): FleetStatus['state'] {
    return this.followed?.record.state ?? 'closed';
  }

  /** Of reports, in ms; it grows with the members above 1,000. */
  get period(): number {
    return this._settings.every * this._stretch;
  }

  /** Of a lease, a vote and a membership, in ms. */
  get lifetime(): number {
    return Math.ceil(LIFETIME * this.period);
  }

  /**
   * The members that the tripper goes by. An engine that has lost them counts those first that report first, and few of them
   * must not pass for all: a fall by more than half is believed once it has lasted as long as an idle member does.
   */
  get members(): number {
    return this._believed;
  }

  /**
   * The engine has answered.
   *
   * @param now in the member's time
   */
  onAnswer({ members }: FleetView, now: number): void {
    // After a silence the engine has forgotten members for that alone.
    if (!this.linked) this._believedUntil = this._toBelievedUntil(now);
    if (2 * members >= this._believed || now > this._believedUntil) {
      this._believed = members;
      this._believedUntil = this._toBelievedUntil(now);
    }
    this._error = undefined;
    this.linked = true;
  }

  /** The engine has not answered. */
  onFailure(error: unknown): void {
    this._error = error;
    this.linked = false;
  }

  toStatus(circuit: string, now: number): FleetStatus {
    const { followed } = this;
    const leased = followed && followed.record.prober !== '' && now < followed.lease;
    return Object.freeze({
      circuit,
      linked: this.linked,
      state: this.state,
      epoch: this.epoch,
      members: this._counts.members,
      open: this._counts.open,
      prober: leased ? followed.record.prober : undefined,
      error: this._error,
    });
  }

  /**
   * Reads an answer of the engine. Its counts are taken first: in a large fleet the lease lasts longer.
   *
   * @throws TypeError, RangeError or SyntaxError if it holds no record
   */
  readAnswer({ now, record, members, open }: FleetView): Followed | undefined {
    // An answer that cannot be read is none, and its counts are none either.
    if (record !== undefined && record !== this.followed?.text) parseRecord(record);
    this._counts = { members, open };
    return record === undefined ? undefined : this.read(record, now);
  }

  /**
   * Reads a record of the engine; the same object if it is followed already.
   *
   * @param now the engine's time
   * @throws TypeError, RangeError or SyntaxError if it is no record
   */
  read(text: string, now: number): Followed {
    const { followed } = this;
    if (text === followed?.text) return followed;
    const record = parseRecord(text);
    // An engine whose clock has jumped must not hold the circuit open.
    const until = Math.min(record.until, now + record.wait);
    const lease = Math.min(record.lease, now + this.lifetime);
    return this.toFollowed({ record: { ...record, until, lease }, text });
  }

  /** Converts the moments of a record to the member's time. */
  toFollowed({ record, text }: Proposal): Followed {
    const { followed } = this;
    return {
      record,
      text,
      until: record.wait === LONGEST_WAIT ? Infinity : this._link.toLocal(record.until),
      lease: this._link.toLocal(record.lease),
      jitter: record.epoch === followed?.record.epoch ? followed.jitter : this._drawJitter(),
    };
  }

  private _drawJitter(): number {
    const { patience, random } = this._settings;
    return random() * patience * this._stretch;
  }

  private _toBelievedUntil(now: number): number {
    return now + IDLE_PERIODS * this.lifetime;
  }

  private get _stretch(): number {
    return Math.max(1, this._counts.members / MANY_MEMBERS);
  }
}
