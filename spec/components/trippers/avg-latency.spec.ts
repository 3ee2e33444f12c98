import { describe, expect, it } from 'vitest';
import { avgLatency } from '../../../lib/components/trippers/avg-latency.ts';
import { contextOf, metricWith } from '../../support/fixtures.ts';
import { itShouldRefuse } from '../../support/it-should-refuse.ts';

describe('avgLatency', () => {
  it.each([
    [0, 0, false],
    [999, 2, false],
    [1_000, 2, true],
    [1_001, 2, true],
  ])('should hold with %d ms in %d calls: %s', (duration, calls, holds) => {
    expect(avgLatency(500).test(contextOf({ metric: metricWith({ calls, duration }) }))).toBe(holds);
  });

  it('should read like its code', () => {
    expect(String(avgLatency(500))).toBe('avgLatency(500)');
  });

  it('should explain what it measured', () => {
    const context = contextOf({ metric: metricWith({ calls: 3, duration: 2_000 }) });
    expect(avgLatency(500).explain(context)).toBe('avgLatency(500): 3 calls took 667 ms on average');
  });

  itShouldRefuse('avgLatency: ms must be a finite number of ms above 0', [0, -1, NaN, Infinity], avgLatency);
});
