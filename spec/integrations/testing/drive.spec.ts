import { VirtualTimeScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { anyError, CircuitBreaker, cooldown, failureStreak, probes } from 'rxjs-fluxgate';
import { drive, STATES } from 'rxjs-fluxgate/testing';
import { describe, expect, it, vi } from 'vitest';
import { getCounts } from '../../support/counts.ts';
import { marbles } from '../../support/marbles.ts';

describe('drive', () => {
  it(
    'should make calls at the letters and emit what came of each',
    marbles((m) => {
      const script = '  -f-f-s- 10ms s-s|';
      const calls = '   -f-f-x- 10ms s-s|';
      const states = '  c--o 9ms h-----c';
      const untilHere = '^ 30ms !';

      const breaker = new CircuitBreaker({ tripper: failureStreak(2), retry: cooldown(10), recovery: probes(2) });
      m.expect(drive(breaker, script).outcome$).toBeObservable(calls);
      m.expect(breaker.state$, untilHere).toBeObservable(states, STATES);
    }),
  );

  it(
    'should give the command of the state whose letter is a capital',
    marbles((m) => {
      const script = '  MDFCOHC';
      const states = '  mdfcohc';
      const untilHere = '^------!';

      const breaker = new CircuitBreaker();
      m.expect(drive(breaker, script).outcome$).toBeObservable('');
      m.expect(breaker.state$, untilHere).toBeObservable(states, STATES);
    }),
  );

  it(
    'should make many calls at one moment',
    marbles((m) => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(3) });
      m.expect(drive(breaker, '--(fffs)').outcome$).toBeObservable('--(fffx)');
    }),
  );

  it(
    'should keep pending calls in flight',
    marbles((m) => {
      const breaker = new CircuitBreaker({ maxProbes: 2 });
      const script = '   pp(ssf)';
      m.expect(drive(breaker, script).outcome$).toBeObservable(script);
      m.flush();
      expect(getCounts(breaker)).toStrictEqual({ successes: 2, failures: 1, inFlight: 2, rejected: 0 });
    }),
  );

  it(
    'should run whether it is subscribed or not, and replay to those who come later',
    marbles((m) => {
      const breaker = new CircuitBreaker();
      const { outcome$ } = drive(breaker, 's-s|');
      m.expect(outcome$, '-----^').toBeObservable('-----(ss|)');
      m.flush();
      expect(getCounts(breaker).successes).toBe(2);
    }),
  );

  it(
    'should fail with the error that is asked for, to the tracker too',
    marbles((m) => {
      const tracker = vi.fn(() => true);
      const breaker = new CircuitBreaker({ tracker });
      drive(breaker, 'f', { error: 'mine' });
      m.flush();
      expect(tracker).toHaveBeenCalledWith('mine');
    }),
  );

  it(
    'should take letters of your own and emit what they return, if anything',
    marbles((m) => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
      const actions = {
        i: ({ state }: CircuitBreaker) => state,
        s: () => 'own',
        n: () => undefined,
      };
      m.expect(drive(breaker, 'i-f-i-s-n-', { actions }).outcome$).toBeObservable('c-f-o-w---', {
        ...STATES,
        f: 'f',
        w: 'own',
      });
    }),
  );

  it('should throw what an action throws where the scheduler runs', () => {
    const scheduler = new VirtualTimeScheduler();
    const action = (): never => {
      throw new Error('expected 1 to be 2');
    };
    drive(new CircuitBreaker(), '--a', { scheduler, actions: { a: action } });
    expect(() => scheduler.flush()).toThrow('expected 1 to be 2');
  });

  it('should take a permit that throws for no rejection', () => {
    const scheduler = new VirtualTimeScheduler();
    const permit = (): never => {
      throw new Error('broken permit');
    };
    const breaker = new CircuitBreaker({ permit, retry: () => 0, tracker: anyError(), scheduler });
    breaker.trip();
    drive(breaker, 's', { scheduler });
    expect(() => scheduler.flush()).toThrow('broken permit');
  });

  it('should count frames of 10 ms on a TestScheduler outside of run(), as it does', () => {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toStrictEqual(expected));
    const breaker = new CircuitBreaker({ tripper: failureStreak(2), retry: cooldown(30), scheduler });
    scheduler.expectObservable(drive(breaker, 'ff-s-', { scheduler }).outcome$).toBe('ff-x-');
    scheduler.expectObservable(breaker.state$, '------!').toBe('co--h-', STATES);
    scheduler.flush();
  });

  it('should refuse what it does not know', () => {
    const breaker = new CircuitBreaker();
    expect(() => drive(breaker, '-z')).toThrow(
      new TypeError('drive got an unknown letter "z"; it takes s, f, p, C, O, H, M, D, F'),
    );
    expect(() => drive(breaker, '-#')).toThrow(SyntaxError);
    expect(() => drive({} as never, 's')).toThrow(
      new TypeError('drive: breaker must be a CircuitBreaker, got an object'),
    );
    expect(() => drive(breaker, undefined as never)).toThrow('drive: script must be a string, got undefined');
    expect(() => drive(breaker, 's', { errors: 1 } as never)).toThrow('it takes error, actions, scheduler');
  });
});
