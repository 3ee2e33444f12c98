import { map, NEVER, TimeoutError, VirtualTimeScheduler } from 'rxjs';
import {
  CircuitBreaker,
  circuitBreaker,
  failureStreak,
  probes,
  type CallEvent,
  type Signal,
  type State,
} from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { getCallTypes } from '../support/get-call-types.ts';
import { halfOpenBreaker } from '../support/half-open-breaker.ts';
import { marbles } from '../support/marbles.ts';
import { getCounts } from '../support/counts.ts';

const boom = new Error('boom');
const states: Record<string, State> = { o: 'open', c: 'closed' };
const types: Record<string, CallEvent['type']> = { f: 'failure', s: 'success' };

describe('probes in time', () => {
  it.each([
    ['1 ms before it is a success', '----|  ', '----c  '],
    ['at that very moment is a failure', '-----| ', '-----o '],
    ['1 ms after it is a failure', '------|', '-----o '],
  ])('a probe unsettled after probeTimeout settles as a failure: completion %s', (_, diagram, signals) => {
    marbles((m) => {
      const breaker = halfOpenBreaker({ probeTimeout: 5 });
      m.expect(breaker.signal$.pipe(map(({ newState }) => newState))).toBeObservable(signals, states);
      m.expect(m.cold(diagram).pipe(circuitBreaker(breaker))).toBeObservable(diagram);
    })();
  });

  it.each(['a', 'a-b-', '----------'])('a probe that hangs settles as a failure: %s', (diagram) => {
    marbles((m) => {
      const breaker = halfOpenBreaker({ probeTimeout: 5 });
      const calls = '-----f';

      m.expect(getCallTypes(breaker)).toBeObservable(calls, types);
      m.expect(m.cold(diagram).pipe(circuitBreaker(breaker))).toBeObservable(diagram);
      m.flush();
      expect(breaker.state).toBe('open');
    })();
  });

  it(
    'values before it do not count without a classifier',
    marbles((m) => {
      const breaker = halfOpenBreaker({ probeTimeout: 5 });
      const source$ = m.cold('-a-b----c|');
      const expected = '      -a-b----c|';
      const signals = '       -----o    ';

      m.expect(breaker.signal$.pipe(map(({ newState }) => newState))).toBeObservable(signals, states);
      m.expect(source$.pipe(circuitBreaker(breaker))).toBeObservable(expected);
    }),
  );

  it(
    'its failure is recorded with its duration and has RxJS’s TimeoutError as its cause',
    marbles((m) => {
      const signals: Signal[] = [];
      const events: CallEvent[] = [];
      const breaker = halfOpenBreaker({ probeTimeout: 5, listeners: [(signal) => void signals.push(signal)] });
      m.expect(breaker.call$.pipe(map((event) => (events.push(event), event.type)))).toBeObservable('-----f', types);
      m.expect(NEVER.pipe(circuitBreaker(breaker))).toBeObservable('-');
      m.flush();
      const signal = signals.at(-1);
      expect(signal).toMatchObject({ newState: 'open', reason: 'tripped', timestamp: 5 });
      expect(signal?.cause).toBeInstanceOf(TimeoutError);
      expect(signal?.metric).toMatchObject({ totalCount: 1, failureCount: 1, totalDuration: 5 });
      expect(events[0]).toMatchObject({ state: 'half_open', duration: 5, timestamp: 5, stale: false });
      expect(events[0]?.error).toBe(signal?.cause);
    }),
  );

  it(
    'its time-out is no error to the tracker, which is not asked',
    marbles((m) => {
      const breaker = halfOpenBreaker({ probeTimeout: 5, tracker: () => false });
      m.expect(breaker.signal$.pipe(map(({ newState }) => newState))).toBeObservable('-----o', states);
      m.expect(NEVER.pipe(circuitBreaker(breaker))).toBeObservable('-');
    }),
  );

  it(
    'and gives back its place',
    marbles((m) => {
      const breaker = halfOpenBreaker({ probeTimeout: 5, maxProbes: 1, recovery: probes(9, { maxFailureRate: 1 }) });
      const hung$ = m.cold(' -         ');
      const source$ = m.cold('     |    ');
      const call1 = '        ----^     ';
      const expected1 = '    ----#     ';
      const call2 = '        ------^   ';
      const expected2 = '    ------|   ';

      m.expect(hung$.pipe(circuitBreaker(breaker))).toBeObservable('-');
      m.expect(source$.pipe(circuitBreaker(breaker)), call1).toBeObservable(expected1, undefined, {
        name: 'CallNotPermittedError',
        message: 'Circuit "circuit-breaker" is half_open: call not permitted',
      });
      m.expect(source$.pipe(circuitBreaker(breaker)), call2).toBeObservable(expected2);
      m.flush();
      expect(getCounts(breaker)).toMatchObject({ inFlight: 0 });
    }),
  );

  it(
    'and gives back its place once: what it emits later frees no other',
    marbles((m) => {
      const breaker = halfOpenBreaker({ probeTimeout: 5, maxProbes: 2, recovery: () => undefined });
      const late$ = m.cold('  -------|');
      const hung$ = m.cold('    -     ');
      const call = '          ---^    ';

      m.expect(late$.pipe(circuitBreaker(breaker))).toBeObservable('-------|');
      m.expect(hung$.pipe(circuitBreaker(breaker)), call).toBeObservable('-');
      const inFlight: number[] = [];
      for (const moment of [4, 6, 7.5, 9]) {
        m.scheduler.schedule(() => inFlight.push(breaker.info().inFlight), moment);
      }
      m.flush();
      expect(inFlight).toStrictEqual([2, 1, 1, 0]);
    }),
  );

  it(
    'its source is not torn down, what it still emits passes through',
    marbles((m) => {
      const breaker = halfOpenBreaker({ probeTimeout: 3 });
      const source$ = m.cold('-a---b-#', undefined, boom);
      const subs = '          ^------!';
      const expected = '      -a---b-#';
      const signals = '       ---o    ';

      m.expect(breaker.signal$.pipe(map(({ newState }) => newState))).toBeObservable(signals, states);
      m.expect(source$.pipe(circuitBreaker(breaker))).toBeObservable(expected, undefined, boom);
      m.expect(source$).toHaveSubscriptions(subs);
    }),
  );

  it(
    'what it still emits is neither classified nor recorded',
    marbles((m) => {
      const classified: unknown[] = [];
      const breaker = halfOpenBreaker({ probeTimeout: 3, recovery: () => undefined });
      const source$ = m.cold('-a---b-|');
      const calls = '         ---f    ';

      const classify = (value: string): undefined => void classified.push(value);
      m.expect(getCallTypes(breaker)).toBeObservable(calls, types);
      m.expect(source$.pipe(circuitBreaker(breaker, { classify }))).toBeObservable(source$);
      m.flush();
      expect(classified).toStrictEqual(['a']);
      expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 1, inFlight: 0, rejected: 0 });
    }),
  );

  it.each(['#', '|', 'a'])('what it still emits (%s) does not move the circuit', (diagram) => {
    marbles((m) => {
      const asked: number[] = [];
      const breaker = halfOpenBreaker({
        probeTimeout: 3,
        tracker: () => asked.push(m.scheduler.frame) > 0,
        recovery: () => void asked.push(m.scheduler.frame),
      });
      const source$ = m.cold(`-----${diagram}`);
      m.expect(source$.pipe(circuitBreaker(breaker, { classify: () => 'success' }))).toBeObservable(`-----${diagram}`);
      m.flush();
      expect(asked).toStrictEqual([3]);
    })();
  });

  it.each([
    ['success', (breaker: CircuitBreaker) => breaker.admit().complete()],
    ['failure', (breaker: CircuitBreaker) => breaker.admit().error(boom)],
    ['a value', (breaker: CircuitBreaker) => breaker.admit(() => 'success').next(1)],
    ['cancellation', (breaker: CircuitBreaker) => breaker.admit().unsubscribe()],
  ])('a probe settled in time (%s) does not run out of time', (_, play) => {
    marbles((m) => {
      const breaker = halfOpenBreaker({ probeTimeout: 5, recovery: () => undefined });
      const types: unknown[] = [];
      m.expect(breaker.call$.pipe(map(({ type }) => types.push(type)))).toBeObservable('(x)', { x: 1 });
      m.scheduler.schedule(() => play(breaker), 0);
      m.flush();
      expect(m.scheduler.frame).toBeLessThan(5);
      expect(breaker.info().inFlight).toBe(0);
    })();
  });

  it('each probe has its own time', () => {
    const scheduler = new VirtualTimeScheduler();
    const log: unknown[] = [];
    const breaker = halfOpenBreaker({ scheduler, probeTimeout: 5, recovery: () => undefined });
    for (const delay of [0, 2, 3]) {
      scheduler.schedule(() => breaker.admit(), delay);
    }
    for (const moment of [4.5, 5.5, 6.5, 7.5, 8.5]) {
      scheduler.schedule(() => log.push(breaker.info().inFlight), moment);
    }
    scheduler.flush();
    expect(log).toStrictEqual([3, 2, 2, 1, 0]);
  });

  it.each(['closed', 'metrics_only', 'disabled'] as const)('only a probe runs out of time: %s', (state) => {
    marbles((m) => {
      const breaker = new CircuitBreaker({ probeTimeout: 5, tripper: failureStreak(1) });
      if (state === 'metrics_only') breaker.metricsOnly();
      if (state === 'disabled') breaker.disable();
      const source$ = m.cold('-');
      m.expect(source$.pipe(circuitBreaker(breaker))).toBeObservable('-');
      m.flush();
      expect(m.scheduler.frame).toBe(0);
      expect(breaker.state).toBe(state);
      expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 0, inFlight: 1, rejected: 0 });
    })();
  });

  it(
    'all places taken by hung probes come free: the circuit is not stuck half-open',
    marbles((m) => {
      const breaker = halfOpenBreaker({ maxProbes: 3, probeTimeout: 5, recovery: probes(4, { maxFailureRate: 0.75 }) });
      const hung$ = m.cold('  -      ');
      const source$ = m.cold('      |');
      const call = '          ------^';
      const expected = '      ------|';
      const signals = '       ------c';

      m.expect(breaker.signal$.pipe(map(({ newState }) => newState))).toBeObservable(signals, states);
      for (let i = 0; i < 3; i++) m.expect(hung$.pipe(circuitBreaker(breaker))).toBeObservable('-');
      m.expect(source$.pipe(circuitBreaker(breaker)), call).toBeObservable(expected);
    }),
  );
});
