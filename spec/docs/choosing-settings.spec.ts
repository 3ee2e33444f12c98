import { readFileSync } from 'node:fs';
import { simulate, scripted } from 'rxjs-fluxgate/simulate';
import { beforeAll, describe, expect, it } from 'vitest';
import { settingsPage, simulateCell, simulateNoise, type Cell } from '../../build/settings.ts';
import { noisyRates, rates, shapes, timeout } from '../../docs/choosing-settings.input.ts';

/** Of 10 calls a second and more. */
const often = Object.entries(rates).filter(([, rate]) => rate >= 10);

function cellsOf(title: string, contender: string, from: Record<string, number> = rates): Cell[] {
  const shape = shapes.find((one) => one.title === title)!;
  return Object.values(from).map((rate) => simulateCell(shape, rate, contender));
}

describe('docs/choosing-settings.md', () => {
  it('should be what the simulator finds: npm run build:settings', async () => {
    const page = readFileSync(new URL('../../docs/choosing-settings.md', import.meta.url), 'utf8');
    expect(await settingsPage()).toBe(page);
  }, 120_000);

  it.each(Object.entries(rates))('should be right that the defaults miss no total outage at %s', (_, rate) => {
    const total = shapes.filter(({ isTotal }) => isTotal);
    expect(total).toHaveLength(2);
    for (const shape of total) {
      const { opened, runs } = simulateCell(shape, rate, 'defaults');
      expect(opened).toBe(runs);
      const { openings } = simulate(scripted(shape.phases(rate, 1)), {}, { timeout });
      expect(openings.filter(({ falseAlarm }) => falseAlarm)).toStrictEqual([]);
    }
  });

  describe('what it finds of the three settings', () => {
    let few: Record<string, number>;
    beforeAll(() => {
      few = Object.fromEntries(often.filter(([, rate]) => rate <= 100));
    });

    it('should be that the defaults refuse nothing while a tenth fails, and little while three tenths do', () => {
      for (const rate of Object.values(noisyRates)) {
        expect(simulateNoise(rate, 0.1, 'defaults')).toBe(0);
        expect(simulateNoise(rate, 0.3, 'defaults')).toBeLessThan(0.01);
      }
    });

    it('should be that the eager one sees a half about five times as soon, and refuses more where three tenths fail', () => {
      const defaults = cellsOf('Half of the calls fail', 'defaults', few);
      for (const [i, { opened, runs, openedAfter, spared }] of cellsOf(
        'Half of the calls fail',
        'eager',
        few,
      ).entries()) {
        expect(opened).toBe(runs);
        expect(openedAfter! * 4).toBeLessThan(defaults[i]!.openedAfter ?? Infinity);
        expect(spared).toBeGreaterThan(defaults[i]!.spared * 4);
      }
      for (const rate of [1, 2, 5]) {
        expect(simulateNoise(rate, 0.3, 'eager')).toBeGreaterThan(0.01 + simulateNoise(rate, 0.3, 'defaults'));
      }
    });

    it('should be that the defaults open in a blip of 3 s from 10 a second on, and the patient one does not', () => {
      for (const { opened, openedAfter } of cellsOf('A blip of 3 s', 'defaults', few)) {
        expect(opened).toBeGreaterThan(0);
        expect(openedAfter).toBeLessThan(2_500);
      }
      for (const { opened } of cellsOf('A blip of 3 s', 'patient', few)) expect(opened).toBe(0);
      for (const { openedAfter } of cellsOf('All calls fail', 'patient', few))
        expect(openedAfter! / 30_000).toBeCloseTo(1, 1);
    });
  });
});
