import { describe, expect, it } from 'vitest';
import { seeded } from '../../../lib/simulate/seeded.ts';
import { IcsaClient, type Wait } from '../../../examples/simulate/icsa-client.ts';

// Mendonça, Aderaldo, Câmara, Garlan: Model-Based Analysis of Microservice Resiliency Patterns, ICSA 2020, Figure 11,
// read off the vector drawing with an error below 0.2.

const AVAILABILITY = [0.5, 0.6, 0.7, 0.8, 0.9, 1] as const;

/** `MOST_RUNS=200` leaves out the thousand, which take minutes. */
const MOST_RUNS = Number(process.env['MOST_RUNS'] ?? 1_000);

/** By the number of runs, how far a cell and the mean of all may be off. */
const TOLERANCES = [
  { runs: 200, cell: 0.05, mean: 0.015 },
  { runs: 1_000, cell: 0.025, mean: 0.01 },
].filter(({ runs }) => runs <= MOST_RUNS);

const fixed =
  (wait: number): Wait =>
  () =>
    wait;
const dynamic =
  (most: number): Wait =>
  (reopens) =>
    Math.min(most, 10 * 2 ** reopens);

const FIGURE_11: readonly { name: string; wait: Wait; total: readonly number[]; contention: readonly number[] }[] = [
  {
    name: 'SP(CTO=2)',
    wait: undefined,
    total: [1155.8, 975.3, 846.9, 748.3, 671.9, 615.8],
    contention: [865.6, 736.5, 653.3, 589, 537.9, 501.6],
  },
  {
    name: 'SCB(CBTO=10)',
    wait: fixed(10),
    total: [1247.7, 1075.6, 932.4, 829.1, 735.7, 643.2],
    contention: [604.6, 578.5, 556.6, 537.5, 525.3, 498.7],
  },
  {
    name: 'SCB(CBTO=20)',
    wait: fixed(20),
    total: [1353.8, 1174.7, 1032.3, 931, 811.4, 660.3],
    contention: [574, 555.3, 545, 534.5, 521.6, 498.7],
  },
  {
    name: 'SCB(CBTO=40)',
    wait: fixed(40),
    total: [1581.5, 1388.4, 1257.6, 1129.3, 956.7, 709.3],
    contention: [553.6, 542.9, 537.9, 532.2, 522.2, 499.9],
  },
  {
    name: 'DCB(CBTO=10)',
    wait: dynamic(10),
    total: [1244.7, 1068.1, 933.2, 830.3, 731, 643.1],
    contention: [605.3, 578.1, 556.6, 538.1, 523.5, 500.5],
  },
  {
    name: 'DCB(CBTO=20)',
    wait: dynamic(20),
    total: [1351.9, 1139.9, 1001.8, 873.7, 762.5, 645.7],
    contention: [579.9, 565.8, 547.3, 537.1, 526.1, 499.8],
  },
  {
    name: 'DCB(CBTO=40)',
    wait: dynamic(40),
    total: [1456.7, 1226.3, 1060, 918.2, 775.5, 647.2],
    contention: [570, 558, 548.4, 538.4, 521.7, 499.3],
  },
];

/** The relative differences of both means from the published numbers, after 200 and after 1,000 runs. */
function differences(config: (typeof FIGURE_11)[number], column: number): readonly (readonly [number, number])[] {
  const random = seeded(2_020 + column);
  let total = 0;
  let contention = 0;
  let done = 0;
  return TOLERANCES.map(({ runs }) => {
    for (; done < runs; done++) {
      const times = new IcsaClient(AVAILABILITY[column]!, config.wait, random).run();
      total += times.total;
      contention += times.contention;
    }
    return [total / runs / config.total[column]! - 1, contention / runs / config.contention[column]! - 1];
  });
}

describe('Figure 11 of ICSA 2020', () => {
  const all = TOLERANCES.map((): number[] => []);

  it.each(FIGURE_11)('should come out for $name, each cell within 5 % after 200 runs, 2.5 % after 1,000', (config) => {
    const found = AVAILABILITY.map((_, column) => differences(config, column));
    for (const [k, { cell }] of TOLERANCES.entries()) {
      const cells = found.flatMap((byRuns) => byRuns[k]!);
      all[k]!.push(...cells);
      for (const difference of cells) expect(Math.abs(difference), JSON.stringify(cells)).toBeLessThan(cell);
    }
  });

  it.each(TOLERANCES)(
    'should come out in the mean of all 84 numbers within $mean after $runs runs',
    ({ runs, mean }) => {
      const differences = all[TOLERANCES.findIndex((one) => one.runs === runs)]!;
      expect(differences).toHaveLength(84);
      expect(differences.reduce((sum, difference) => sum + Math.abs(difference), 0) / 84).toBeLessThan(mean);
    },
  );
});
