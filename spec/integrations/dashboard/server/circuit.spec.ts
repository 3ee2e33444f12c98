import { admitAll, CircuitBreaker, cooldown, countWindow, failureStreak } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { Circuit } from '../../../../lib/integrations/dashboard/server/circuit.ts';
import { ManualScheduler } from '../../../support/manual-scheduler.ts';

function setUp() {
  const scheduler = new ManualScheduler(1_000);
  const breaker = new CircuitBreaker({
    ...{ name: 'stock', scheduler, window: countWindow(10), permit: admitAll() },
    ...{ tripper: failureStreak(2), retry: cooldown(5_000) },
  });
  const circuit = new Circuit('stock', breaker);
  breaker.call$.subscribe({ next: (event) => circuit.count(event), error: expect.unreachable });
  const call = (ms: number, end: 'complete' | 'fail' | 'unsubscribe' = 'complete'): void => {
    const admitted = breaker.admit();
    scheduler.pass(ms);
    if (end === 'fail') admitted.error(new Error('down'));
    else admitted[end]();
  };
  return { scheduler, breaker, circuit, call };
}

describe('Circuit', () => {
  it('should sample what was called since the last sample', () => {
    const { circuit, call } = setUp();
    call(10);
    call(20, 'fail');
    call(31);
    expect(circuit.sample(2_000, 0)).toStrictEqual([2_000, 3, 1, 0, 20, 31, 'closed']);
    call(5);
    expect(circuit.sample(3_000, 0)).toStrictEqual([3_000, 1, 0, 0, 5, 5, 'closed']);
  });

  it('should count what was rejected, and that apart', () => {
    const { breaker, circuit, call } = setUp();
    call(1, 'fail');
    call(1, 'fail');
    expect(() => breaker.admit()).toThrow();
    expect(circuit.sample(2_000, 0)).toStrictEqual([2_000, 2, 2, 1, 1, 1, 'open']);
    expect(() => breaker.admit()).toThrow();
    expect(circuit.sample(3_000, 0)).toStrictEqual([3_000, 0, 0, 1, null, null, 'open']);
  });

  it('should count a cancelled call as a call', () => {
    const { circuit, call } = setUp();
    call(7, 'unsubscribe');
    expect(circuit.sample(2_000, 0)).toStrictEqual([2_000, 1, 0, 0, 7, 7, 'closed']);
  });

  it('should keep no sample in which nothing happened, but the first and every change of the state', () => {
    const { breaker, circuit } = setUp();
    expect(circuit.sample(2_000, 0)).toStrictEqual([2_000, 0, 0, 0, null, null, 'closed']);
    expect(circuit.sample(3_000, 0)).toBeUndefined();
    breaker.disable();
    expect(circuit.sample(4_000, 0)).toStrictEqual([4_000, 0, 0, 0, null, null, 'disabled']);
    expect(circuit.sample(5_000, 0)).toBeUndefined();
    expect(circuit.samples.map(([at]) => at)).toStrictEqual([2_000, 4_000]);
  });

  it('should forget what is older than the horizon, but for the last sample before it', () => {
    const { circuit, call } = setUp();
    for (const now of [2_000, 3_000, 4_000, 5_000]) {
      call(1);
      circuit.sample(now, 0);
    }
    circuit.sample(6_000, 3_999);
    expect(circuit.samples.map(([at]) => at)).toStrictEqual([3_000, 4_000, 5_000]);
    circuit.sample(6_000, 4_000);
    expect(circuit.samples.map(([at]) => at)).toStrictEqual([4_000, 5_000]);
    circuit.sample(90_000, 80_000);
    expect(circuit.samples.map(([at]) => at)).toStrictEqual([5_000]);
  });

  it('should forget its samples when the clock is set back, for they would never grow old', () => {
    const { circuit, call } = setUp();
    for (const now of [500_000, 501_000, 1_000, 2_000]) {
      call(1);
      circuit.sample(now, now - 10_000);
    }
    expect(circuit.samples.map(([at]) => at)).toStrictEqual([1_000, 2_000]);
    // The state is told anew, as of every circuit then: so the page knows.
    expect(circuit.sample(500, 0)).toStrictEqual([500, 0, 0, 0, null, null, 'closed']);
  });

  it('should have a row of what the breaker says', () => {
    const { breaker, circuit, call } = setUp();
    call(10);
    call(21, 'fail');
    breaker.admit();
    expect(circuit.row()).toStrictEqual({
      ...{ key: 'stock', state: 'closed', since: 1_000, retryAt: null, detail: '', reopens: 0 },
      ...{ calls: 2, failures: 1, latency: 16, inFlight: 1, rejected: 0 },
    });
    call(1, 'fail');
    circuit.detail = 'because';
    expect(() => breaker.admit()).toThrow();
    expect(circuit.row()).toStrictEqual({
      ...{ key: 'stock', state: 'open', since: 1_032, retryAt: 6_032, detail: 'because', reopens: 0 },
      ...{ calls: 0, failures: 0, latency: null, inFlight: 0, rejected: 1 },
    });
  });

  it('should have news when the row is another than was last told', () => {
    const { circuit, call } = setUp();
    expect(circuit.news()).toStrictEqual([circuit.row()]);
    expect(circuit.news()).toStrictEqual([]);
    call(1);
    expect(circuit.news()).toMatchObject([{ calls: 1 }]);
    expect(circuit.news()).toStrictEqual([]);
    call(1);
    expect(circuit.tell()).toStrictEqual(circuit.row());
    expect(circuit.news()).toStrictEqual([]);
  });
});
