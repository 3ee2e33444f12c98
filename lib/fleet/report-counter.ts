interface Counts {
  readonly successes: number;
  readonly failures: number;
}

const NONE: Counts = { successes: 0, failures: 0 };

/** The calls that are to be reported: each once, or twice if the first report had no answer. */
export class ReportCounter {
  /** Counts of the breaker's earlier epochs that no report held yet. */
  private _earlier = NONE;
  /** How far the breaker's epoch has been reported. */
  private _reported = NONE;
  private _sent = NONE;
  /** Of a report without an answer. */
  private _unanswered = NONE;

  /** The breaker has entered a new epoch; `tally` is the last of the old one. */
  turn(tally: Counts): void {
    this._earlier = add(this._earlier, subtract(tally, this._reported));
    this._reported = NONE;
  }

  /** Whether there is anything to report. */
  pending(tally: Counts): boolean {
    const { successes, failures } = this._all(tally);
    return successes + failures > 0;
  }

  /** Counts for a report that is sent now. */
  take(tally: Counts): Counts {
    const all = this._all(tally);
    this._sent = this._fresh(tally);
    this._earlier = NONE;
    this._reported = tally;
    this._unanswered = NONE;
    return all;
  }

  /** The report was answered. */
  confirm(): void {
    this._sent = NONE;
  }

  /** The report had no answer, so the engine may or may not have counted it. */
  fail(): void {
    this._unanswered = this._sent;
    this._sent = NONE;
  }

  /** Drops what belongs to an older epoch of the fleet. */
  clear(tally: Counts): void {
    this._earlier = this._sent = this._unanswered = NONE;
    this._reported = tally;
  }

  private _fresh(tally: Counts): Counts {
    return add(this._earlier, subtract(tally, this._reported));
  }

  private _all(tally: Counts): Counts {
    return add(this._unanswered, this._fresh(tally));
  }
}

function add(one: Counts, other: Counts): Counts {
  return { successes: one.successes + other.successes, failures: one.failures + other.failures };
}

function subtract(one: Counts, other: Counts): Counts {
  return {
    successes: Math.max(0, one.successes - other.successes),
    failures: Math.max(0, one.failures - other.failures),
  };
}
