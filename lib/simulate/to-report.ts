import { listAssumptions, listWarnings } from './assess.ts';
import { countCalls } from './bins.ts';
import { timeInStates, traceOpenings, type OpeningReport } from './openings.ts';
import { reportOutage } from './outage-report.ts';
import type { Prepared } from './prepare.ts';
import type { Report } from './report.ts';
import type { Observed } from './observed.ts';
import { SimulationReport } from './simulation-report.ts';

/** Makes a report of what was seen of a contender. */
export function toReport(prepared: Prepared, observed: Observed, name = observed.name): Report {
  const { from, world, outages, traffic } = prepared;
  const { bad, rejected, signals, to } = observed;
  const openings = traceOpenings(signals, outages);
  const findings = {
    name,
    from,
    to,
    asked: traffic.at.length,
    ...countCalls(bad, rejected, 0, bad.length),
    sent: observed.sent,
    waited: Object.freeze({ met: observed.waited, spared: countSpared(prepared, observed) }),
    outages: Object.freeze(outages.map((_, index) => reportOutage(prepared, observed, openings, index))),
    openings: Object.freeze(
      openings.map(({ at, until, detail, metric, cause, reopens, falseAlarm }): OpeningReport =>
        Object.freeze({ at, until, detail, metric, cause, reopens, falseAlarm }),
      ),
    ),
    timeIn: timeInStates(signals, world.instances, from, to),
    peakInFlight: observed.peakInFlight,
    signals: Object.freeze(signals.map(({ signal }) => signal)),
    assumptions: Object.freeze(listAssumptions(prepared)),
    warnings: Object.freeze(listWarnings(prepared)),
  };
  return new SimulationReport(findings, prepared, observed);
}

/** What callers were spared; a call that never ends would have waited until the end of the traffic. */
function countSpared({ traffic, world }: Prepared, { bad, rejected, to }: Observed): number {
  const { at, duration } = traffic;
  const patience = world.timeout('closed');
  let spared = 0;
  for (let i = 0; i < bad.length; i++) {
    if (bad[i] === 0 || rejected[i] === 0) continue;
    const took = Math.min(duration[i]!, patience);
    spared += took === Infinity ? to - at[i]! : took;
  }
  return spared;
}
