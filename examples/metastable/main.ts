// Five clients with retries in front of a server that is in trouble for ten seconds, and well again: with retries alone the
// load stays above what the server can do, and the fleet never recovers. Prints what share of the calls succeeds, in
// virtual time. Run: npx tsx examples/metastable/main.ts
import { protections } from './protections.ts';
import { runFleet } from './world.ts';

const SECONDS = 60;
const BARS = ' ▁▂▃▄▅▆▇█';

/** A bar for each second. */
function curve(shares: readonly number[]): string {
  return shares.map((share) => BARS[Math.round(share * (BARS.length - 1))]).join('');
}

const troubles = {
  stall: 'the server stands still from 10 s to 20 s',
  errors: 'three requests in ten fail from 10 s to 20 s',
} as const;

for (const trouble of ['stall', 'errors'] as const) {
  console.log(`\nCalls that succeed in each second of ${String(SECONDS)}; ${troubles[trouble]}`);
  for (const [name, protect] of Object.entries(protections)) {
    const shares = runFleet(trouble, SECONDS, protect);
    const atEnd = shares.slice(-10).reduce((sum, share) => sum + share, 0) / 10;
    console.log(`${name.padEnd(20)} |${curve(shares)}| ${String(Math.round(atEnd * 100))} % in the last 10 s`);
  }
}
