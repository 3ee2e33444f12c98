// What a circuit breaker costs and saves one client, after Mendonça et al., ICSA 2020.
// Run: npx tsx examples/simulate/icsa.ts

import { IcsaClient, type Wait } from './icsa-client.ts';

const RUNS = 50;

const waits: Record<string, Wait> = {
  'without a breaker': undefined,
  'waiting 10': () => 10,
  'waiting 40': () => 40,
  'waiting 10, 20, 40': (reopens) => Math.min(40, 10 * 2 ** reopens),
};

for (const availability of [0.5, 0.7, 0.9]) {
  for (const [name, wait] of Object.entries(waits)) {
    let total = 0;
    let contention = 0;
    for (let run = 0; run < RUNS; run++) {
      const times = new IcsaClient(availability, wait, Math.random).run();
      total += times.total / RUNS;
      contention += times.contention / RUNS;
    }
    console.log(
      `availability ${String(availability)}, ${name}: 100 responses in ${total.toFixed(0)}, ${contention.toFixed(0)} of it in calls`,
    );
  }
}
