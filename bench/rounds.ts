import { setImmediate } from 'node:timers/promises';
import { measure } from 'mitata';
import type { Group, Variant } from './group.ts';

/** How a ratio came out over the rounds. */
export interface Ratio {
  /** The median of the variant over the median of the baseline. */
  readonly ratio: number;
  /** The quartiles of the ratios within one round: how far to trust the ratio. */
  readonly low: number;
  readonly high: number;
}

export interface Row {
  readonly name: string;
  /** The median over the rounds, for one call. It depends more on the machine than on the library. */
  readonly nanoseconds: number;
  /** By the name of the baseline. */
  readonly ratios: Readonly<Record<string, Ratio>>;
}

export interface Table {
  readonly title: string;
  readonly about: string;
  readonly baselines: readonly string[];
  readonly rows: readonly Row[];
}

export interface Pace {
  readonly rounds: number;
  /** How long each variant is measured in a round. */
  readonly milliseconds: number;
}

/** How long each variant runs unmeasured at the start of a round, twice. */
const WARM_UP = 5;

/**
 * Measures all variants in every round, so that whatever slows the machine down for a while slows all of them down.
 */
export async function measureInRounds(group: Group, { rounds, milliseconds }: Pace): Promise<Table> {
  const taken = new Map(group.variants.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    await collectGarbage();
    await warmUp(group.variants);
    for (const variant of rotated(group.variants, round)) {
      taken.get(variant.name)?.push(await nanosecondsOf(variant, milliseconds));
    }
  }
  const takenBy = (name: string): readonly number[] => {
    const numbers = taken.get(name);
    if (!numbers) throw new Error(`${group.title}: there is no variant "${name}"`);
    return numbers;
  };

  return {
    title: group.title,
    about: group.about,
    baselines: group.baselines,
    rows: group.variants.map(({ name }) => ({
      name,
      nanoseconds: quantile(takenBy(name), 0.5),
      ratios: Object.fromEntries(
        group.baselines.map((baseline) => [baseline, ratioOf(takenBy(name), takenBy(baseline))]),
      ),
    })),
  };
}

async function nanosecondsOf({ run, calls }: Variant, milliseconds: number): Promise<number> {
  const { avg } = await measure(run, {
    min_cpu_time: milliseconds * 1e6,
    min_samples: 3,
    // The garbage of a call is part of its cost, so no sample is thrown away and the mean is taken.
    samples_threshold: Infinity,
    // A run is a loop of its own.
    batch_threshold: -1,
    // Once a round is enough; see warmUp.
    gc: false,
  });
  return avg / calls;
}

/** So that each round starts with the same heap; also lets the timers of the rivals run. */
async function collectGarbage(): Promise<void> {
  await setImmediate();
  globalThis.gc?.();
  await setImmediate();
}

/**
 * A collection takes with it what V8 knows of objects of which none is left, and the code that was compiled for them; it
 * takes some milliseconds until that is compiled again. It happens in any program, but seldom, and here in every round.
 * For the same reason the benchmark runs with --no-incremental-marking: mitata allocates 8 MB for each measurement, so
 * that V8 would be marking, which makes all writes slower, whenever chance has it.
 */
async function warmUp(variants: readonly Variant[]): Promise<void> {
  for (const { run } of [...variants, ...variants]) {
    const end = performance.now() + WARM_UP;
    while (performance.now() < end) await run();
  }
}

/** No variant is always the first after the collection, or always the one after the same other. */
function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const start = by % items.length;
  const turned = [...items.slice(start), ...items.slice(0, start)];
  return by % 2 === 0 ? turned : turned.reverse();
}

function ratioOf(ours: readonly number[], baseline: readonly number[]): Ratio {
  const inRounds = ours.map((nanoseconds, round) => nanoseconds / (baseline[round] ?? NaN));
  return {
    ratio: quantile(ours, 0.5) / quantile(baseline, 0.5),
    low: quantile(inRounds, 0.25),
    high: quantile(inRounds, 0.75),
  };
}

export function quantile(numbers: readonly number[], q: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}
