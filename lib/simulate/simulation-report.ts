import { toBins, type Bin } from './bins.ts';
import { plainCause, plainMetric, plainNumber, plainSignal } from './plain.ts';
import type { Observed } from './observed.ts';
import type { Prepared } from './prepare.ts';
import type { Findings, Report } from './report.ts';
import { toTable } from './table.ts';

/** A report whose timeline is made when it is first asked for: of many candidates few are drawn. */
export class SimulationReport implements Report {
  declare readonly name: string;
  declare readonly from: number;
  declare readonly to: number;
  declare readonly asked: number;
  declare readonly good: number;
  declare readonly met: number;
  declare readonly lost: number;
  declare readonly spared: number;
  declare readonly sent: number;
  declare readonly waited: Report['waited'];
  declare readonly outages: Report['outages'];
  declare readonly openings: Report['openings'];
  declare readonly timeIn: Report['timeIn'];
  declare readonly peakInFlight: number;
  declare readonly signals: Report['signals'];
  declare readonly timeline: readonly Bin[];
  declare readonly assumptions: readonly string[];
  declare readonly warnings: readonly string[];

  constructor(findings: Findings, prepared: Prepared, observed: Observed) {
    Object.assign(this, findings);
    let timeline: readonly Bin[] | undefined;
    Object.defineProperty(this, 'timeline', {
      enumerable: true,
      get: () => (timeline ??= toBins(prepared, observed)),
    });
    Object.freeze(this);
  }

  toString(): string {
    return toTable([this]);
  }

  toJSON(): object {
    const { name, from, to, asked, good, met, lost, spared, sent, waited, timeIn, peakInFlight } = this;
    return {
      name,
      from,
      to,
      asked,
      good,
      met,
      lost,
      spared,
      sent,
      waited,
      outages: this.outages.map(({ why, ...outage }) =>
        why ? { ...outage, why: { ...why, held: Object.fromEntries(why.held) } } : outage,
      ),
      openings: this.openings.map(({ metric, cause, ...opening }) => ({
        ...opening,
        metric: plainMetric(metric),
        ...(cause === undefined ? {} : { cause: plainCause(cause) }),
      })),
      timeIn,
      peakInFlight,
      signals: this.signals.map(plainSignal),
      timeline: this.timeline.map(({ p50, p99, ...bin }) => ({ ...bin, p50: plainNumber(p50), p99: plainNumber(p99) })),
      assumptions: this.assumptions,
      warnings: this.warnings,
    };
  }
}
