import { throwError } from 'rxjs';
import { CircuitBreaker, circuitBreaker, failureStreak } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import type { CallObserver } from '../../lib/breaker/streams.ts';
import { collect } from '../support/collect.ts';

/** What an observer was called with. */
class Observed implements CallObserver {
  readonly calls: unknown[][] = [];

  settled(...call: unknown[]): void {
    this.calls.push(call);
  }
}

const down = new Error('down');

function fail(breaker: CircuitBreaker): void {
  throwError(() => down)
    .pipe(circuitBreaker(breaker))
    .subscribe({ error: () => undefined });
}

describe('observers of calls', () => {
  it('should get each call as it ends, also without a subscriber of `call$`', () => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
    const observed = new Observed();
    breaker._observe(observed);
    fail(breaker);
    fail(breaker);
    expect(observed.calls).toMatchObject([
      ['failure', 'closed', expect.any(Number), down],
      ['rejected', 'open', 0, { name: 'CallNotPermittedError' }],
    ]);
  });

  it('should each get all, until they unsubscribe, and leave `call$` alone', () => {
    const breaker = new CircuitBreaker();
    const [one, other] = [new Observed(), new Observed()];
    const events = collect(breaker.call$);
    const observing = breaker._observe(one);
    const observingToo = breaker._observe(other);
    fail(breaker);
    observing.unsubscribe();
    observing.unsubscribe();
    fail(breaker);
    observingToo.unsubscribe();
    fail(breaker);
    expect([one.calls.length, other.calls.length, events.length]).toStrictEqual([1, 2, 3]);
  });

  it('should cost nothing once there are none, or the breaker is disposed', () => {
    const breaker = new CircuitBreaker();
    const observing = [breaker._observe(new Observed()), breaker._observe(new Observed())];
    const { streams } = breaker._circuit;
    expect(streams.watchesCalls).toBe(true);
    observing[0]!.unsubscribe();
    expect(streams.watchesCalls).toBe(true);
    observing[1]!.unsubscribe();
    expect(streams.watchesCalls).toBe(false);

    const late = breaker._observe(new Observed());
    breaker.dispose();
    expect(streams.watchesCalls).toBe(false);
    late.unsubscribe();
  });
});
