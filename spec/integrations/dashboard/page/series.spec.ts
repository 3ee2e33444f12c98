import { describe, expect, it } from 'vitest';
import type { Row, Sample } from '../../../../lib/integrations/dashboard/server/messages.ts';
import { bandsOf, seriesOf } from '../../../../lib/integrations/dashboard/page/series.ts';

const row: Row = {
  ...{ key: 'stock', state: 'closed', since: 0, retryAt: null, detail: '', reopens: 0 },
  ...{ calls: 0, failures: 0, latency: null, inFlight: 0, rejected: 0, ignored: 0 },
  ...{ conditions: '', trouble: null, lastError: '', unreadable: false },
};

describe('seriesOf', () => {
  it('should have the samples in seconds, and what is counted each second', () => {
    const samples: Sample[] = [
      [2_000, 4, 2, 1, 10, 20, 'closed', 18],
      [4_000, 6, 0, 0, 12, 22, 'closed', 21],
    ];
    expect(seriesOf(samples, 0, 4_000, 2_000)).toStrictEqual({
      at: [2, 4],
      calls: [2, 3],
      failures: [1, 0],
      rejected: [0.5, 0],
      latency: [10, 12],
      longest: [20, 22],
      p95: [18, 21],
    });
  });

  it('should have nothing where there are no samples for longer than an interval, but not if one is late', () => {
    const samples: Sample[] = [
      [0, 1, 0, 0, 5, 5, 'closed', 5],
      [3_000, 1, 0, 0, 5, 5, 'closed', 5],
      [4_100, 2, 0, 0, 5, 5, 'closed', 5],
      [8_000, 3, 0, 0, 5, 5, 'closed', 5],
    ];
    const { at, calls, latency } = seriesOf(samples, 500, 12_000, 1_000);
    expect(at).toStrictEqual([1.5, 2, 3, 4.1, 5.1, 7, 8, 9, 12]);
    expect(calls).toStrictEqual([0, 0, 1, 2, 0, 0, 3, 0, 0]);
    expect(latency).toStrictEqual([null, null, 5, 5, null, null, 5, null, null]);
  });

  it('should know nothing of the time before the first sample', () => {
    expect(seriesOf([[3_000, 1, 0, 0, 5, 5, 'closed', 5]], 0, 3_000, 1_000).at).toStrictEqual([3]);
    expect(seriesOf([], 0, 3_000, 1_000).at).toStrictEqual([]);
  });

  it('should leave out what was before the start', () => {
    const samples: Sample[] = [
      [1_000, 1, 0, 0, 5, 5, 'closed', 5],
      [5_000, 2, 0, 0, 5, 5, 'closed', 5],
    ];
    expect(seriesOf(samples, 4_000, 5_000, 1_000).at).toStrictEqual([5]);
  });
});

describe('bandsOf', () => {
  it('should have a band for each state that there was, up to the one now', () => {
    const samples: Sample[] = [
      [1_000, 0, 0, 0, null, null, 'closed', null],
      [2_000, 1, 0, 0, 5, 5, 'closed', 5],
      [3_000, 1, 1, 0, 5, 5, 'open', 5],
      [6_000, 0, 0, 1, null, null, 'open', null],
    ];
    expect(bandsOf(samples, { ...row, state: 'half_open', since: 6_500 })).toStrictEqual([
      { state: 'closed', from: 1 },
      { state: 'open', from: 3 },
      { state: 'half_open', from: 6.5 },
    ]);
  });

  it('should be the state now alone if there are no samples', () => {
    expect(bandsOf([], { ...row, state: 'disabled', since: 500 })).toStrictEqual([{ state: 'disabled', from: 0.5 }]);
  });

  it('should be what the samples say if the breaker cannot be read', () => {
    const samples: Sample[] = [[1_000, 1, 0, 0, 5, 5, 'closed', 5]];
    expect(bandsOf(samples, { ...row, since: null })).toStrictEqual([{ state: 'closed', from: 1 }]);
  });
});
