// Thresholds tested before they meet an outage: no helper is needed.
// Run: npx vitest run --project unit examples/simulate

import { cooldown, failureRate, minRequests, probes, timeWindow } from 'rxjs-fluxgate';
import { scripted, simulate } from 'rxjs-fluxgate/simulate';
import { expect, it } from 'vitest';

const outage = scripted([
  { duration: 60_000, rate: 50, latency: 40 },
  { duration: 30_000, hang: 1 },
  { duration: 60_000, hang: 0 },
]);

it('opens within 3 s when all calls hang, and loses under 2 % of the good ones', () => {
  const report = simulate(
    outage,
    {
      window: timeWindow(5_000),
      tripper: minRequests(20).and(failureRate(0.5)),
      retry: cooldown(5_000),
      recovery: probes(3),
    },
    { timeout: 1_000 },
  );
  expect(report.outages[0]?.openedAfter, String(report)).toBeLessThanOrEqual(3_000); // 1 s of time-out among them
  expect(report.lost / report.asked).toBeLessThan(0.02);
});
