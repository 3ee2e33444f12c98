import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openMembers } from '../../lib/fleet/index.ts';
import { failureRate, minRequests, type Tripper } from '../../lib/index.ts';
import { spyOnReports } from '../support/spy-on-reports.ts';
import { LATENCY, runOutage, sum, type InstanceReport } from './outage.ts';

spyOnReports();

const byDefault = (): Tripper => openMembers(2).and(openMembers(0.5));
const byFirst = (count: number) => (): Tripper => openMembers(count);
const pooled = (): Tripper => openMembers(0.5).or(failureRate(0.5).and(minRequests(50)));

const openedAt = (reports: readonly InstanceReport[]): number[] =>
  reports.map(({ openedAt: at = Infinity }) => at).sort((one, other) => one - other);

describe('twenty members and an outage', () => {
  it('should probe as often as the page has it', () => {
    const [alone, fleet] = [runOutage({ rate: 20 }), runOutage({ rate: 20, tripper: byDefault() })];
    const page = readFileSync(new URL('../../docs/fleet.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ');
    expect(page).toContain(`sent the backend ${String(sum(alone, 'probes'))} probes`);
    expect(page).toContain(`in a fleet they sent ${String(sum(fleet, 'probes'))},`);
  });

  it.each([
    ['the default tripper', 20, byDefault],
    ['the default tripper and little traffic', 1, byDefault],
    ['a pooled rate', 20, pooled],
    ['a pooled rate and little traffic', 1, pooled],
    ['the first of them', 20, byFirst(1)],
  ])('should probe at most a tenth as often as twenty that are alone, by %s', (_, rate, tripper) => {
    const [alone, fleet] = [runOutage({ rate }), runOutage({ rate, tripper: tripper() })];
    expect(sum(alone, 'probes')).toBeGreaterThan(20);
    expect(sum(fleet, 'probes')).toBeGreaterThan(0);
    expect(sum(fleet, 'probes')).toBeLessThanOrEqual(sum(alone, 'probes') / 10);
    expect(fleet.map(({ state }) => state)).toStrictEqual(fleet.map(() => 'closed'));
  });

  it.each([
    [20, 1],
    [20, 3],
    [1, 3],
  ])('should all be open when the first have opened, and the news has travelled: %d calls/s, %d', (rate, first) => {
    const alone = openedAt(runOutage({ rate }));
    const fleet = openedAt(runOutage({ rate, tripper: openMembers(first) }));
    // Three reports at most are in a row: one that is under way, the vote, and the answer of the others.
    expect(fleet.at(-1)).toBeLessThanOrEqual(alone[first - 1]! + 3 * LATENCY);
    expect(fleet.at(-1)).toBeLessThan(alone[Math.floor(alone.length / 2)]!);
  });

  it('should reject nothing of the nineteen others when one pod is bad', () => {
    for (const tripper of [byDefault(), pooled()]) {
      const [bad, ...others] = runOutage({ rate: 20, tripper, badPod: 0 });
      expect(bad!.rejected).toBeGreaterThan(0);
      expect(sum(others, 'rejected')).toBe(0);
    }
    // Or this proves nothing.
    expect(sum(runOutage({ rate: 20, tripper: openMembers(1), badPod: 0 }).slice(1), 'rejected')).toBeGreaterThan(0);
  });
});

describe('an engine that goes away at any moment of an outage', () => {
  const moments = Array.from({ length: 24 }, (_, i) => 250 + i * 650);

  it.each(['freezes', 'dies'] as const)('should leave no member open once the backend is well, if it %s', (fault) => {
    for (const at of moments) {
      for (const until of [at + 2_500, 30_000]) {
        const reports = runOutage({ instances: 4, rate: 8, tripper: openMembers(0.5), engine: { at, fault, until } });
        const seen = reports.map(({ state, rejectedAtTheEnd }) => [at, until, state, rejectedAtTheEnd]);
        expect(seen).toStrictEqual(reports.map(() => [at, until, 'closed', 0]));
      }
    }
  });
});
