import { admitAll, CircuitBreaker, cooldown, countWindow, failureStreak } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { Circuit } from '../../../../lib/integrations/dashboard/server/circuit.ts';
import { observeCalls } from '../../../../lib/registry/observe-calls.ts';
import { ManualScheduler } from '../../../support/manual-scheduler.ts';

function setUp() {
  const scheduler = new ManualScheduler(1_000);
  const breaker = new CircuitBreaker({
    ...{ name: 'stock', scheduler, window: countWindow(10), permit: admitAll() },
    ...{ tripper: failureStreak(2), retry: cooldown(5_000) },
  });
  const circuit = new Circuit('stock', breaker);
  observeCalls(breaker, circuit);
  breaker.signal$.subscribe({ next: (signal) => circuit.note(signal), error: expect.unreachable });
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
    expect(circuit.sample(2_000, 0)).toStrictEqual([2_000, 3, 1, 0, 20, 31, 'closed', 31]);
    call(5);
    expect(circuit.sample(3_000, 0)).toStrictEqual([3_000, 1, 0, 0, 5, 5, 'closed', 5]);
  });

  it('should count what was rejected, and that apart', () => {
    const { breaker, circuit, call } = setUp();
    call(1, 'fail');
    call(1, 'fail');
    expect(() => breaker.admit()).toThrow();
    expect(circuit.sample(2_000, 0)).toStrictEqual([2_000, 2, 2, 1, 1, 1, 'open', 1]);
    expect(() => breaker.admit()).toThrow();
    expect(circuit.sample(3_000, 0)).toStrictEqual([3_000, 0, 0, 1, null, null, 'open', null]);
  });

  it('should count a cancelled call as a call', () => {
    const { circuit, call } = setUp();
    call(7, 'unsubscribe');
    expect(circuit.sample(2_000, 0)).toStrictEqual([2_000, 1, 0, 0, 7, 7, 'closed', 7]);
  });

  it('should keep no sample in which nothing happened, but the first and every change of the state', () => {
    const { breaker, circuit } = setUp();
    expect(circuit.sample(2_000, 0)).toStrictEqual([2_000, 0, 0, 0, null, null, 'closed', null]);
    expect(circuit.sample(3_000, 0)).toBeUndefined();
    breaker.disable();
    expect(circuit.sample(4_000, 0)).toStrictEqual([4_000, 0, 0, 0, null, null, 'disabled', null]);
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
    // The state is sent again, as for every circuit then.
    expect(circuit.sample(500, 0)).toStrictEqual([500, 0, 0, 0, null, null, 'closed', null]);
  });

  it('should have a row of what the breaker reports', () => {
    const { breaker, circuit, call } = setUp();
    call(10);
    call(21, 'fail');
    breaker.admit();
    expect(circuit.row()).toMatchObject({
      ...{ key: 'stock', state: 'closed', since: 1_000, retryAt: null, detail: '', reopens: 0 },
      ...{ calls: 2, failures: 1, latency: 16, inFlight: 1, rejected: 0, ignored: 0 },
      ...{ conditions: 'failureStreak(2): 1 of 2 failures in a row', trouble: null, lastError: '', unreadable: false },
    });
    call(1, 'fail');
    expect(() => breaker.admit()).toThrow();
    expect(circuit.row()).toMatchObject({
      ...{ key: 'stock', state: 'open', since: 1_032, retryAt: 6_032, reopens: 0 },
      ...{ calls: 0, failures: 0, latency: null, inFlight: 0, rejected: 1 },
      detail: 'failureStreak(2): 2 failures in a row',
    });
  });

  it('should have news when the row is another than was last sent', () => {
    const { circuit, call } = setUp();
    expect(circuit.news()).toStrictEqual([circuit.row()]);
    expect(circuit.news()).toStrictEqual([]);
    call(1);
    expect(circuit.news()).toMatchObject([{ calls: 1 }]);
    expect(circuit.news()).toStrictEqual([]);
    call(1);
    expect(circuit.send()).toStrictEqual(circuit.row());
    expect(circuit.news()).toStrictEqual([]);
  });

  describe('in trouble', () => {
    it('should say since when and why, across reopenings, and what the window held when it last tripped', () => {
      const { scheduler, breaker, circuit, call } = setUp();
      expect(circuit.row().trouble).toBeNull();
      call(10);
      call(20, 'fail');
      call(30, 'fail');
      const trouble = { since: 1_060, reason: 'failureStreak(2): 2 failures in a row' };
      expect(circuit.row().trouble).toStrictEqual({ ...trouble, tripped: { calls: 3, failures: 2, latency: 20 } });

      for (let reopening = 0; reopening < 2; reopening++) {
        scheduler.pass(5_000);
        for (let i = 0; i < 2; i++) call(7, 'fail');
      }
      expect(circuit.row()).toMatchObject({ state: 'open', reopens: 2 });
      expect(circuit.row().trouble).toStrictEqual({ ...trouble, tripped: { calls: 2, failures: 2, latency: 7 } });

      breaker.reset();
      expect(circuit.row().trouble).toBeNull();
    });

    it('should say what a command was given for, and no metric', () => {
      const { breaker, circuit } = setUp();
      breaker.forceOpen('maintenance\nuntil 14:00');
      const reason = 'forceOpen(): maintenance until 14:00';
      expect(circuit.row()).toMatchObject({ detail: reason, trouble: { since: 1_000, reason, tripped: null } });
    });

    it('should know what was signalled before', () => {
      const { breaker } = setUp();
      breaker.trip('by hand');
      const { detail, trouble } = new Circuit('stock', breaker).row();
      expect([detail, trouble?.reason, trouble?.since]).toStrictEqual(['trip(): by hand', 'trip(): by hand', 1_000]);
    });
  });
});
