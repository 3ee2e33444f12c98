import { describe, expect, it } from 'vitest';
import {
  count,
  countdown,
  duration,
  milliseconds,
  toName,
  percent,
  plural,
  timeOfDay,
} from '../../../../lib/integrations/dashboard/page/format.ts';

describe('format', () => {
  it.each([
    [-5, '0 s'],
    [999, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min 00 s'],
    [3_599_999, '59 min 59 s'],
    [3_600_000, '1 h 00 min'],
    [172_799_999, '47 h 59 min'],
    [172_800_000, '2 days'],
  ])('should say a duration of %d ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it.each([
    [-1, 'due'],
    [0, 'due'],
    [1, 'in 1 s'],
    [1_000, 'in 1 s'],
    [1_001, 'in 2 s'],
    [59_001, 'in 1 min 00 s'],
  ])('should count down from %d ms as %s', (ms, text) => {
    expect(countdown(ms)).toBe(text);
  });

  it('should say what there is not', () => {
    expect([milliseconds(null), percent(0, 0)]).toStrictEqual(['–', '–']);
  });

  it('should say neither that a few are none nor that most are all', () => {
    expect([percent(0, 1_000), percent(1, 1_000), percent(5, 1_000)]).toStrictEqual(['0 %', '<1 %', '1 %']);
    expect([percent(994, 1_000), percent(999, 1_000), percent(1_000, 1_000)]).toStrictEqual(['99 %', '>99 %', '100 %']);
  });

  it('should say midnight as 00', () => {
    expect(timeOfDay(new Date(2026, 0, 1).getTime())).toMatch(/^00/);
  });

  it('should have a name for what has none', () => {
    expect(['stock', '', ' '].map(toName)).toStrictEqual(['stock', '(no name)', '(no name)']);
  });

  it('should say numbers with their units', () => {
    expect([milliseconds(9_999), milliseconds(10_000)]).toStrictEqual(['9,999 ms', '10.0 s']);
    expect([percent(1, 3), percent(3, 3)]).toStrictEqual(['33 %', '100 %']);
    expect([count(1_234.56), plural(1, 'call'), plural(2_000, 'call')]).toStrictEqual([
      '1,234.6',
      '1 call',
      '2,000 calls',
    ]);
  });
});
