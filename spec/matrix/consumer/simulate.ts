import { cooldown, failureRate, minRequests, probes, timeWindow } from 'rxjs-fluxgate';
import { scripted, simulate, type Report } from 'rxjs-fluxgate/simulate';

// Two minutes and a half of traffic with an outage, in virtual time.
const traffic = scripted([
  { duration: 60_000, rate: 50, latency: 40 },
  { duration: 30_000, hang: 1 },
  { duration: 60_000, hang: 0 },
]);
const options = {
  window: timeWindow(5_000),
  tripper: minRequests(20).and(failureRate(0.5)),
  retry: cooldown(5_000),
  recovery: probes(3),
};
const report: Report = simulate(traffic, options, { timeout: 1_000 });
console.log(`opened in time: ${String((report.outages[0]?.openedAfter ?? Infinity) <= 3_600)}`);
