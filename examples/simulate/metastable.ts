// An outage of ten seconds that never ends: callers who try again at once keep the load above what the dependency can do,
// long after it is well again. The same traffic with and without a breaker. Run: npx tsx examples/simulate/metastable.ts
import { compare, scripted, type Report, type World } from 'rxjs-fluxgate/simulate';

/** 40 calls a second for a dependency that serves 50, and fails half of them from 20 s to 30 s. */
export const traffic = scripted([
  { duration: 20_000, rate: 40, latency: 20 },
  { duration: 10_000, failureRate: 0.5 },
  { duration: 60_000, failureRate: 0 },
]);

/** One call at a time there; callers give up after 1 s, and try three times more. */
export const world: World = { slots: 1, timeout: 1_000, retries: 3 };

export const contenders = { 'no breaker': { tripper: () => false }, defaults: {} };

/** What share of the calls of each second succeeds. */
export function successes({ timeline, from }: Report): number[] {
  const seconds: { asked: number; good: number }[] = [];
  for (const bin of timeline) {
    const second = (seconds[Math.floor((bin.from - from) / 1_000)] ??= { asked: 0, good: 0 });
    second.asked += bin.asked;
    second.good += bin.good;
  }
  return seconds.map(({ asked, good }) => (asked === 0 ? 0 : good / asked));
}

const BARS = ' ▁▂▃▄▅▆▇█';

if (process.argv[1]?.endsWith('metastable.ts')) {
  const reports = compare(traffic, contenders, world);
  for (const report of reports) {
    const curve = successes(report).map((share) => BARS[Math.round(share * (BARS.length - 1))]);
    console.log(
      `${report.name.padEnd(10)} |${curve.join('')}| ${String(report.sent)} tries for ${String(report.asked)} calls`,
    );
  }
  console.log(`\n${reports.join('\n\n')}`);
}
