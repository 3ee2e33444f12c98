import { NEVER, Subject } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import type { Membership } from '../../lib/breaker/membership.ts';
import { steer } from '../../lib/breaker/steer.ts';
import { getTally } from '../../lib/breaker/tally.ts';
import { backoff, CircuitBreaker, failureStreak, never, type Signal } from '../../lib/index.ts';
import { reportError } from '../../lib/util/report-error.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { marbles } from '../support/marbles.ts';

const joined = (breaker: CircuitBreaker, mayWake = true) => {
  const signals: Signal[] = [];
  const onTransition = vi.fn((signal: Signal) => void signals.push(signal));
  const onDispose = vi.fn();
  const member: Membership = { onTransition, onDispose, mayWake: () => mayWake };
  breaker._circuit.member = member;
  return { onTransition, onDispose, signals };
};

describe('steer', () => {
  it(
    'should open for a wait without asking the retry, and go on from the reopens of the fleet',
    marbles((m) => {
      const retry = vi.fn(backoff({ initial: 1_000 }));
      const breaker = new CircuitBreaker({ retry, tripper: failureStreak(1) });
      steer(breaker._circuit, { state: 'open', detail: 'opened by the fleet', wait: 300, reopens: 2 });
      expect(retry).not.toHaveBeenCalled();
      expect(breaker.info()).toMatchObject({ state: 'open', reopens: 2, retryAt: m.scheduler.now() + 300 });
      expect(breaker.info().lastSignal).toMatchObject({ reason: 'fleet', detail: 'opened by the fleet' });
      breaker.halfOpen();
      breaker.trip();
      expect(breaker.info()).toMatchObject({ reopens: 3, retryAt: 8_000 });
    }),
  );

  it(
    'should only change the due moment of an open circuit, watched or not',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: never() });
      breaker.trip();
      const { changedAt, lastSignal } = breaker.info();
      steer(breaker._circuit, { state: 'open', detail: '', wait: 20, reopens: 1 });
      steer(breaker._circuit, { state: 'open', detail: '', wait: 5 });
      expect(breaker.info()).toMatchObject({ changedAt, lastSignal, reopens: 1, retryAt: 5 });
      m.expect(breaker.state$, '^ 9ms !').toBeObservable('o 4ms h', { o: 'open', h: 'half_open' });
    }),
  );

  it(
    'should give a wait to an open circuit that waits for a notifier, which still decides',
    marbles(() => {
      const notifier = new Subject<void>();
      const breaker = new CircuitBreaker({ retry: () => notifier });
      breaker.trip();
      steer(breaker._circuit, { state: 'open', detail: '', wait: 20 });
      expect(getTally(breaker._circuit).left).toBe(20);
      notifier.next();
      expect(breaker.state).toBe('half_open');
    }),
  );

  it('should leave the due moment without a wait', () => {
    const breaker = new CircuitBreaker({ retry: backoff({ initial: 1_000 }), scheduler: new ManualScheduler() });
    breaker.trip();
    steer(breaker._circuit, { state: 'open', detail: '', reopens: 2 });
    expect(breaker.info()).toMatchObject({ reopens: 2, retryAt: 1_000 });
  });

  it('should change nothing in another state that the circuit is in already', () => {
    const breaker = new CircuitBreaker();
    steer(breaker._circuit, { state: 'closed', detail: 'closed by the fleet', wait: 5, reopens: 2 });
    expect(breaker.info()).toMatchObject({ state: 'closed', reopens: 0, lastSignal: undefined });
  });

  it('should do nothing in a disposed breaker', () => {
    const breaker = new CircuitBreaker();
    const { onDispose } = joined(breaker);
    breaker.dispose();
    expect(onDispose).toHaveBeenCalledTimes(1);
    steer(breaker._circuit, { state: 'open', detail: '', wait: 1 });
    expect(breaker.state).toBe('disabled');
  });
});

describe('a breaker in a fleet', () => {
  it('should call its member after each transition, in order, also of one that steers at once', () => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(1), retry: () => NEVER });
    const { onTransition, signals } = joined(breaker);
    onTransition.mockImplementation((signal) => {
      signals.push(signal);
      if (signal.newState === 'open') steer(breaker._circuit, { state: 'forced_open', detail: '' });
    });
    const announced: Signal[] = [];
    breaker.signal$.subscribe({ next: (signal) => announced.push(signal), error: reportError });
    breaker.admit().error(new Error('down'));
    expect(signals.map(({ newState }) => newState)).toStrictEqual(['open', 'forced_open']);
    expect(announced).toStrictEqual(signals);
  });

  it(
    'should not wake up by itself unless its member lets it, but go half-open by a call and by its notifier',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: backoff({ initial: 10 }) });
      joined(breaker, false);
      breaker.trip();
      m.expect(breaker.state$, '^ 99ms !').toBeObservable('o', { o: 'open' });
      m.flush();
      breaker.state$.subscribe({ error: reportError }).unsubscribe();
      expect(breaker.state).toBe('open');
      breaker.admit();
      expect(breaker.state).toBe('half_open');

      const notifier = new Subject<void>();
      const notified = new CircuitBreaker({ retry: () => notifier });
      joined(notified, false);
      notified.trip();
      expect(getTally(notified._circuit).left).toBeUndefined();
      notifier.next();
      expect(notified.state).toBe('half_open');
    }),
  );
});

describe('getTally', () => {
  it(
    'should count without watching',
    marbles(() => {
      const breaker = new CircuitBreaker({ retry: never(), tripper: failureStreak(9) });
      breaker.admit().complete();
      breaker.admit().error(new Error('down'));
      breaker.admit();
      expect(getTally(breaker._circuit)).toStrictEqual({
        successes: 1,
        failures: 1,
        inFlight: 1,
        rejected: 0,
        left: 0,
      });
      breaker.trip();
      expect(() => breaker.admit()).toThrow();
      expect(getTally(breaker._circuit)).toStrictEqual({
        successes: 0,
        failures: 0,
        inFlight: 0,
        rejected: 1,
        left: Infinity,
      });
    }),
  );
});
