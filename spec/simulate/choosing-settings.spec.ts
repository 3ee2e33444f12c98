import { readFileSync } from 'node:fs';
import { scripted, simulate } from 'rxjs-fluxgate/simulate';
import { describe, expect, it } from 'vitest';
import { settingsPage } from '../../build/settings.ts';
import { rates, shapes, timeout } from '../../docs/choosing-settings.input.ts';

describe('docs/choosing-settings.md', () => {
  it('should be what the simulator finds: npm run build:settings', async () => {
    const page = readFileSync(new URL('../../docs/choosing-settings.md', import.meta.url), 'utf8');
    expect(await settingsPage()).toBe(page);
  }, 60_000);

  it.each(Object.entries(rates))('should be right that the defaults miss no total outage at %s', (_, rate) => {
    const total = shapes.filter(({ isTotal }) => isTotal);
    expect(total).toHaveLength(2);
    for (const shape of total) {
      const { outages, openings } = simulate(scripted(shape.phases(rate)), {}, { timeout });
      expect(outages.map(({ openedAfter }) => openedAfter)).not.toContain(undefined);
      expect(openings.filter(({ falseAlarm }) => falseAlarm)).toStrictEqual([]);
    }
  });
});
