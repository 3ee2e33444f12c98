import { describe, expect, it } from 'vitest';
import { admitAll } from '../../../lib/components/permits/admit-all.ts';
import { probeOf } from '../../support/fixtures.ts';

describe('admitAll', () => {
  it.each([
    { admitted: 0, denied: 0 },
    { admitted: 1_000, denied: 0, inFlight: 9 },
  ])('should admit every call: $admitted before', (probe) => {
    expect(admitAll()(probeOf(probe))).toBe(true);
  });
});
