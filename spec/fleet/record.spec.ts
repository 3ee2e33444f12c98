import { describe, expect, it } from 'vitest';
import { clip, formatRecord, parseRecord, type FleetRecord } from '../../lib/fleet/record.ts';

const RECORD: FleetRecord = {
  epoch: 3,
  state: 'open',
  manual: false,
  until: 1_764_345_600_000,
  wait: 5_000,
  reopens: 2,
  by: 'pod-7',
  detail: '2 of 3 members',
  prober: 'pod-1',
  lease: 1_764_345_603_000,
};

describe('formatRecord', () => {
  it('should be read as it was', () => {
    expect(parseRecord(formatRecord(RECORD))).toStrictEqual(RECORD);
  });

  it.each(['x', 'ä', '漢', '😀', '\u0001', '"', '\ud800'])(
    'should stay below 1 kB with a detail of %j',
    (character) => {
      const id = character.repeat(64).slice(0, 64);
      const text = formatRecord({ ...RECORD, detail: character.repeat(5_000), by: clip(id, 64), prober: clip(id, 64) });
      expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(1_024);
      expect(parseRecord(text).epoch).toBe(3);
    },
  );

  it('should keep 200 characters of a detail, and no half of one', () => {
    expect(parseRecord(formatRecord({ ...RECORD, detail: 'x'.repeat(201) })).detail).toBe('x'.repeat(200));
    expect(parseRecord(formatRecord({ ...RECORD, detail: `${'x'.repeat(199)}😀` })).detail).toBe('x'.repeat(199));
  });
});

describe('parseRecord', () => {
  it('should return nothing but a record', () => {
    const text = JSON.stringify({ ...RECORD, secret: 1, constructor: 2 }).replace(
      '{',
      '{"__proto__":{"polluted":true},',
    );
    const record = parseRecord(text);
    expect(record).toStrictEqual(RECORD);
    expect(Object.isFrozen(record)).toBe(true);
    expect((record as unknown as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each(['', 'x', '1', 'null', '[]', '{}', `{"epoch":${'1'.repeat(2_000)}}`])('should refuse %j', (text) => {
    expect(() => parseRecord(text)).toThrow();
  });

  const broken: Readonly<Record<keyof FleetRecord, readonly unknown[]>> = {
    epoch: [0, -1, 1.5, 2 ** 50, '1', null],
    state: ['half_open', 'ajar', 1, null, '__proto__'],
    manual: [0, 'true', null],
    until: [-1, 0.5, 2 ** 50, '1', null],
    wait: [-1, 1e300, '1', null],
    reopens: [-1, 0.5, null],
    by: [1, null, 'x'.repeat(65)],
    detail: [1, null, 'x'.repeat(201), {}],
    prober: [null, 1, 'x'.repeat(65)],
    lease: [-1, Number.NaN, null],
  };
  const cases = Object.entries(broken).flatMap(([name, values]) => values.map((value) => [name, value] as const));
  it.each(cases)('should refuse %s: %j', (name, value) => {
    expect(() => parseRecord(JSON.stringify({ ...RECORD, [name]: value }))).toThrow(`record: ${name}`);
  });
});
