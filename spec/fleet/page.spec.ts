import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toLoad, toLoadTable } from '../../bench/fleet-load.ts';

const page = readFileSync(new URL('../../docs/fleet.md', import.meta.url), 'utf8');
const normalize = (row: string): string => row.replaceAll(/ +/g, ' ');

describe('the page about fleets', () => {
  it('should have the sizes that the model calculates', () => {
    const rows = page.split('\n').map(normalize);
    for (const row of toLoadTable()) expect(rows).toContain(row);
  });

  it('should name the budget that the model has', () => {
    const { core } = toLoad({ members: 1_000, circuits: 5, every: 1_000 });
    expect(page).toContain(`below 5,000 × the period in seconds (${String(Math.round(core * 100))} % of a core)`);
  });
});
