import { cooldown, failureStreak, probes } from 'rxjs-fluxgate';
import { scripted, simulate } from 'rxjs-fluxgate/simulate';
import { describe, expect, it } from 'vitest';

// N circuits of a dependency that never responds, probes that wait `probe` ms, `open` ms between them: they take
// N × probe / (open + probe) / threads of the threads.
const CASES = [
  {
    source: 'Shopify, Your Circuit Breaker is Misconfigured: before',
    circuits: 42,
    open: 2_000,
    probe: 250,
    threads: 2,
  },
  { source: 'the same: after', circuits: 42, open: 30_000, probe: 50, threads: 2 },
  { source: 'Semian#244', circuits: 1, open: 5_000, probe: 1_000, threads: 1 },
];

describe('the utilization of threads by circuits that never close', () => {
  it.each(CASES)('should be the one of $source', ({ circuits, open, probe, threads }) => {
    const cycles = 40;
    // 1,000 calls a second for each circuit, so that a probe begins as soon as it may.
    const traffic = scripted([{ duration: cycles * (open + probe), rate: 1_000, hang: 1 }]);
    const report = simulate(
      traffic,
      { tripper: failureStreak(1), retry: cooldown(open), recovery: probes(1), maxProbes: 1 },
      { timeout: (state) => (state === 'half_open' ? probe : 1) },
    );
    const utilization = (circuits * report.waited.met) / (report.to - report.from) / threads;
    const published = (circuits * probe) / (open + probe) / threads;
    expect(utilization / published).toBeCloseTo(1, 2);
    expect(Math.abs(utilization / published - 1)).toBeLessThan(0.005);
  });
});
