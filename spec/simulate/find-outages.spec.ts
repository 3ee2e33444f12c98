import { describe, expect, it } from 'vitest';
import { findOutages } from '../../lib/simulate/find-outages.ts';

/** A call a second, bad in the given seconds. */
function find(seconds: number, isBad: (second: number) => boolean, perSecond = 1) {
  const at = Float64Array.from({ length: seconds * perSecond }, (_, i) => (i * 1_000) / perSecond);
  return findOutages(
    at,
    Uint8Array.from(at, (t) => (isBad(Math.floor(t / 1_000)) ? 1 : 0)),
  );
}

describe('findOutages', () => {
  it('should find the calls half of whose neighbours are bad', () => {
    // Of the 11 neighbours of second 35 six are bad, from 35 to 40.
    expect(find(100, (s) => s >= 35 && s < 55)).toStrictEqual([{ from: 35_000, to: 54_000 }]);
  });

  it('should count good calls in the middle of it', () => {
    expect(find(100, (s) => s >= 30 && s < 60 && s % 3 !== 0)[0]).toStrictEqual({ from: 33_000, to: 57_000 });
  });

  it('should not see a single bad second among good ones, nor less than half', () => {
    expect(find(100, (s) => s === 50, 10)).toStrictEqual([]);
    expect(find(100, (s) => s % 3 === 0)).toStrictEqual([]);
  });

  it('should see nothing in fewer than ten neighbours', () => {
    const at = Float64Array.from({ length: 20 }, (_, i) => i * 1_200);
    expect(findOutages(at, new Uint8Array(20).fill(1))).toStrictEqual([]);
    expect(
      findOutages(
        Float64Array.from(at, (t) => t / 1.2),
        new Uint8Array(20).fill(1),
      ),
    ).toHaveLength(1);
  });

  it('should take ten neighbours, half of them bad, and 5 s for enough', () => {
    const find10 = (count: number, isBad: (i: number) => boolean) =>
      findOutages(
        Float64Array.from({ length: count }, (_, i) => (i * 5_000) / (count - 1)),
        Uint8Array.from({ length: count }, (_, i) => Number(isBad(i))),
      );
    expect(find10(10, (i) => i % 2 === 0)).toStrictEqual([{ from: 0, to: 5_000 }]);
    expect(find10(10, (i) => i < 4)).toStrictEqual([]);
    expect(find10(9, () => true)).toStrictEqual([]);
  });

  it('should join bad spells over a gap below 15 s, and part them by one of 15 s', () => {
    const spell = (gap: number) => (s: number) => (s >= 20 && s < 40) || (s >= 40 + gap && s < 60 + gap);
    expect(find(120, spell(13))).toHaveLength(1);
    expect(find(120, spell(14))).toHaveLength(2);
  });

  it('should pass over what is shorter than 5 s', () => {
    expect(find(100, (s) => s >= 50 && s < 55, 10)).toStrictEqual([]);
    expect(find(100, (s) => s >= 50 && s < 61, 10)).toHaveLength(1);
  });

  it('should find nothing in nothing', () => {
    expect(findOutages(new Float64Array(0), new Uint8Array(0))).toStrictEqual([]);
  });
});
