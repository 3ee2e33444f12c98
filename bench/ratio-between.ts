import type { Table } from './rounds.ts';

/** Finds the ratio of two variants wherever they were measured side by side. */
export function ratioBetween(tables: readonly Table[], variant: string, baseline: string): number {
  for (const { rows } of tables) {
    const ours = rows.find(({ name }) => name === variant);
    const theirs = rows.find(({ name }) => name === baseline);
    if (ours && theirs) return ours.nanoseconds / theirs.nanoseconds;
  }
  throw new Error(`"${variant}" and "${baseline}" were not measured side by side`);
}
