import { defer, EMPTY, map, NEVER, Observable, of } from 'rxjs';
import {
  byTripper,
  admitAll,
  always,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  failureStreak,
  isCallNotPermitted,
  never,
  type Signal,
  type State,
} from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { halfOpenBreaker } from '../support/half-open-breaker.ts';
import { collect } from '../support/collect.ts';
import { marbles } from '../support/marbles.ts';
import { getCounts } from '../support/counts.ts';

const rejectedBy = (state: State, retryAfter?: number): unknown => ({
  name: 'CallNotPermittedError',
  message:
    `Circuit "circuit-breaker" is ${state}: call not permitted` +
    (retryAfter === undefined ? '' : `, retry after ${String(retryAfter)} ms`),
});

describe('admission', () => {
  it('a subscriber that is closed already is no call: nothing is asked or subscribed for it', () => {
    const permit = vi.fn(() => true);
    const probing = halfOpenBreaker({ permit });
    const forced = new CircuitBreaker();
    forced.forceOpen();
    for (const breaker of [probing, forced]) {
      const events = collect(breaker.call$);
      const source$ = defer(() => expect.unreachable());
      new Observable<unknown>((subscriber) => {
        subscriber.unsubscribe();
        source$.pipe(circuitBreaker(breaker)).subscribe(subscriber);
      }).subscribe({ error: () => expect.unreachable() });
      expect(events).toStrictEqual([]);
      expect(breaker.info()).toMatchObject({ rejected: 0, inFlight: 0 });
    }
    expect(permit).not.toHaveBeenCalled();
  });

  it(
    'a call is one subscription',
    marbles((m) => {
      const breaker = new CircuitBreaker();
      const source$ = m.cold('--a|    ');
      const sub1 = '          ^--!    ';
      const sub2 = '          ---^--! ';
      const expected1 = '     --a|    ';
      const unsub2 = '        ---^    ';
      const expected2 = '     -----a| ';

      const guarded$ = source$.pipe(circuitBreaker(breaker));
      m.expect(guarded$).toBeObservable(expected1);
      m.expect(guarded$, unsub2).toBeObservable(expected2);
      m.expect(source$).toHaveSubscriptions([sub1, sub2]);
      m.flush();
      expect(getCounts(breaker)).toStrictEqual({ successes: 2, failures: 0, inFlight: 0, rejected: 0 });
    }),
  );

  it('permission is asked for at subscribe time, never when the pipe is built', () => {
    const breaker = new CircuitBreaker();
    breaker.forceOpen();
    const builtWhileForcedOpen$ = of(1).pipe(circuitBreaker(breaker));
    expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });

    breaker.reset();
    const builtWhileClosed$ = of(1).pipe(circuitBreaker(breaker));
    expect(collect(builtWhileForcedOpen$)).toStrictEqual([1, '|']);

    breaker.forceOpen();
    expect(collect(builtWhileClosed$)).toStrictEqual(['#', expect.objectContaining({ state: 'forced_open' })]);
  });

  it('no probe is asked for when the pipe is built', () => {
    const asked: string[] = [];
    const breaker = halfOpenBreaker({ permit: () => asked.push('permit') > 0 });
    const guarded$ = of(1).pipe(circuitBreaker(breaker));
    expect(asked).toStrictEqual([]);
    collect(guarded$);
    expect(asked).toStrictEqual(['permit']);
  });

  it.each([
    ['closed', (breaker: CircuitBreaker) => breaker.reset()],
    ['metrics_only', (breaker: CircuitBreaker) => breaker.metricsOnly()],
    ['disabled', (breaker: CircuitBreaker) => breaker.disable()],
  ] as const)('%s: admitted', (state, enter) => {
    marbles((m) => {
      const breaker = new CircuitBreaker();
      enter(breaker);
      expect(breaker.state).toBe(state);
      const source$ = m.cold('-a-b|');
      const subs = '          ^---!';
      const expected = '      -a-b|';

      m.expect(source$.pipe(circuitBreaker(breaker))).toBeObservable(expected);
      m.expect(source$).toHaveSubscriptions(subs);
      m.flush();
      expect(breaker.info().rejected).toBe(0);
    })();
  });

  it(
    'open: if its retry is due, the circuit goes half_open and the call is judged there',
    marbles((m) => {
      const signals: unknown[] = [];
      const listener = ({ oldState, newState, timestamp }: Signal) => signals.push([timestamp, oldState, newState]);
      const breaker = new CircuitBreaker({
        retry: cooldown(5),
        recovery: byTripper(),
        listeners: [(signal) => void listener(signal)],
      });
      breaker.trip();
      const source$ = m.cold('     --|');
      const subs = '          -----^-!';
      const call = '          -----^  ';
      const expected = '      -------|';

      m.expect(source$.pipe(circuitBreaker(breaker)), call).toBeObservable(expected);
      m.expect(source$).toHaveSubscriptions(subs);
      m.flush();
      expect(signals).toStrictEqual([
        [0, 'closed', 'open'],
        [5, 'open', 'half_open'],
        [7, 'half_open', 'closed'],
      ]);
    }),
  );

  it(
    'open: a call that comes when the retry is due may be rejected by the half-open circuit',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(5), permit: () => false });
      breaker.trip();
      const source$ = m.cold('a');
      const call = '          -----^';
      const expected = '      -----#';

      m.expect(source$.pipe(circuitBreaker(breaker)), call).toBeObservable(
        expected,
        undefined,
        rejectedBy('half_open'),
      );
      m.expect(source$).toHaveSubscriptions([]);
      m.flush();
      expect(breaker.state).toBe('half_open');
    }),
  );

  it.each([
    [4, rejectedBy('open', 1)],
    [5, undefined],
    [6, undefined],
  ])('open: a retry due at 5 ms, called at %i ms', (moment, rejection) => {
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(5), permit: admitAll() });
      breaker.trip();
      const source$ = m.cold('(a|)');
      const call = `${String(moment)}ms ^`;
      const expected = `${String(moment)}ms ${rejection ? '#' : '(a|)'}`;

      m.expect(source$.pipe(circuitBreaker(breaker)), call).toBeObservable(expected, undefined, rejection);
    })();
  });

  it(
    'open: else rejected',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(5) });
      breaker.trip();
      const source$ = m.cold('a|');
      const call = '          ----^';
      const expected = '      ----#';

      m.expect(source$.pipe(circuitBreaker(breaker)), call).toBeObservable(expected, undefined, rejectedBy('open', 1));
      m.expect(source$).toHaveSubscriptions([]);
      m.flush();
      expect(breaker.state).toBe('open');
    }),
  );

  it(
    'half_open: rejected if maxProbes are in flight',
    marbles((m) => {
      const breaker = halfOpenBreaker({ maxProbes: 2 });
      const source$ = m.cold('----|   ');
      const sub1 = '          ^---!   ';
      const sub2 = '          -^---!  ';
      const expected1 = '     ----|   ';
      const call2 = '         -^      ';
      const expected2 = '     -----|  ';
      const call3 = '         --^     ';
      const expected3 = '     --#     ';

      const guarded$ = source$.pipe(circuitBreaker(breaker));
      m.expect(guarded$).toBeObservable(expected1);
      m.expect(guarded$, call2).toBeObservable(expected2);
      m.expect(guarded$, call3).toBeObservable(expected3, undefined, rejectedBy('half_open'));
      m.expect(source$).toHaveSubscriptions([sub1, sub2]);
    }),
  );

  it(
    'half_open: rejected if the permit refuses',
    marbles((m) => {
      const breaker = halfOpenBreaker({ permit: () => false });
      const source$ = m.cold('-a|');
      const expected = '      #  ';

      m.expect(source$.pipe(circuitBreaker(breaker))).toBeObservable(expected, undefined, rejectedBy('half_open'));
      m.expect(source$).toHaveSubscriptions([]);
    }),
  );

  it(
    'half_open: else a probe',
    marbles((m) => {
      const breaker = halfOpenBreaker();
      const source$ = m.cold('--|');
      const subs = '          ^-!';
      const expected = '      --|';
      const signals = '       --c';

      m.expect(breaker.signal$.pipe(map(({ newState }) => newState))).toBeObservable(signals, { c: 'closed' });
      m.expect(source$.pipe(circuitBreaker(breaker))).toBeObservable(expected);
      m.expect(source$).toHaveSubscriptions(subs);
    }),
  );

  it(
    'forced_open: rejected',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: always() });
      breaker.forceOpen();
      const source$ = m.cold('a|');
      const call = '          60m ^';
      const expected = '      60m #';

      m.expect(source$.pipe(circuitBreaker(breaker)), call).toBeObservable(
        expected,
        undefined,
        rejectedBy('forced_open'),
      );
      m.expect(source$).toHaveSubscriptions([]);
      m.flush();
      expect(breaker.state).toBe('forced_open');
    }),
  );

  it('a transition at admission is signalled before the call is judged', () => {
    const log: string[] = [];
    const breaker = new CircuitBreaker({
      retry: always(),
      recovery: byTripper(),
      listeners: [({ newState }) => void log.push(newState)],
      permit: () => log.push('judged') > 0,
    });
    breaker.trip();
    collect(of(1).pipe(circuitBreaker(breaker)));
    expect(log).toStrictEqual(['open', 'half_open', 'judged', 'closed']);
  });

  it.each([
    ['forced_open', (breaker: CircuitBreaker) => breaker.forceOpen()],
    ['open', (breaker: CircuitBreaker) => breaker.trip()],
  ] as const)('the call is judged in the state found then: %s, rejected', (state, command) => {
    const breaker = new CircuitBreaker({
      retry: always(),
      listeners: [({ newState }) => newState === 'half_open' && command(breaker)],
    });
    breaker.trip();
    expect(collect(of(1).pipe(circuitBreaker(breaker)))).toStrictEqual(['#', expect.objectContaining({ state })]);
    expect(breaker.state).toBe(state);
  });

  it.each([
    ['closed', (breaker: CircuitBreaker) => breaker.reset()],
    ['metrics_only', (breaker: CircuitBreaker) => breaker.metricsOnly()],
    ['disabled', (breaker: CircuitBreaker) => breaker.disable()],
    ['disabled', (breaker: CircuitBreaker) => breaker.dispose()],
  ] as const)('the call is judged in the state found then: %s, admitted without a permit', (state, command) => {
    const breaker = new CircuitBreaker({
      retry: always(),
      permit: () => false,
      listeners: [({ newState }) => newState === 'half_open' && command(breaker)],
    });
    breaker.trip();
    expect(collect(of(1).pipe(circuitBreaker(breaker)))).toStrictEqual([1, '|']);
    expect(breaker.state).toBe(state);
  });

  it.each([
    ['open', (breaker: CircuitBreaker) => breaker.trip()],
    ['forced_open', (breaker: CircuitBreaker) => breaker.forceOpen()],
  ] as const)('a rejected call never subscribes to its source: %s', (_, enter) => {
    let subscriptions = 0;
    const breaker = new CircuitBreaker({ retry: never() });
    enter(breaker);
    const source$ = defer(() => {
      subscriptions++;
      return EMPTY;
    });
    collect(source$.pipe(circuitBreaker(breaker)));
    expect(subscriptions).toBe(0);
  });

  it('a rejected call errors synchronously', () => {
    const breaker = new CircuitBreaker();
    breaker.trip();
    const log = collect(NEVER.pipe(circuitBreaker(breaker)));
    expect(log).toHaveLength(2);
    expect(isCallNotPermitted(log[1])).toBe(true);
  });

  it('a rejection names the circuit, why, and when to come back', () => {
    let now = 1_000;
    const scheduler = { now: () => now, schedule: () => expect.unreachable() };
    const breaker = new CircuitBreaker({
      name: 'stock',
      scheduler,
      tripper: failureStreak(1),
      retry: cooldown(500),
    });
    const down = new Error('down');
    breaker.admit().error(down);
    now = 1_100;
    const [, error] = collect(NEVER.pipe(circuitBreaker(breaker)));
    expect(error).toMatchObject({ circuit: 'stock', state: 'open', retryAfter: 400 });
    expect(error).toHaveProperty('cause', down);
  });

  it.each([
    ['open', (breaker: CircuitBreaker) => breaker.trip(), 0],
    ['half_open', (breaker: CircuitBreaker) => breaker.trip(), 1],
    ['forced_open', (breaker: CircuitBreaker) => breaker.forceOpen(), 0],
  ] as const)(
    'a rejected call is not recorded in the window, and is counted in info().rejected: %s',
    (state, enter, rejectedBefore) => {
      const recorded: unknown[] = [];
      const breaker = new CircuitBreaker({
        retry: state === 'half_open' ? always() : never(),
        permit: () => false,
        window: () => ({
          record: (record) => void recorded.push(record),
          getMetric: () => ({
            totalCount: recorded.length,
            failureCount: 0,
            totalDuration: 0,
            slowCounts: new Map(),
            avgDuration: undefined,
            failureRate: undefined,
            slowRate: () => undefined,
          }),
          reset: () => undefined,
        }),
      });
      enter(breaker);
      if (rejectedBefore > 0) collect(of(1).pipe(circuitBreaker(breaker)));
      expect(breaker.state).toBe(state);

      collect(of(1).pipe(circuitBreaker(breaker)));
      collect(of(1).pipe(circuitBreaker(breaker)));
      expect(breaker.info().rejected).toBe(rejectedBefore + 2);
      expect(breaker.info().inFlight).toBe(0);
      expect(recorded).toStrictEqual([]);
    },
  );

  it('rejections are counted on through every transition', () => {
    const breaker = new CircuitBreaker({ retry: never() });
    const guarded$ = of(1).pipe(circuitBreaker(breaker));
    breaker.trip();
    collect(guarded$);
    breaker.forceOpen();
    collect(guarded$);
    breaker.reset();
    collect(guarded$);
    expect(breaker.info().rejected).toBe(2);
  });

  it(
    'no call is ever queued',
    marbles((m) => {
      const breaker = halfOpenBreaker({ maxProbes: 1 });
      const source$ = m.cold('---|  ');
      const subs = '          ^--!  ';
      const expected1 = '     ---|  ';
      const call2 = '         -^    ';
      const expected2 = '     -#    ';
      const call3 = '         --^   ';
      const expected3 = '     --#   ';

      const guarded$ = source$.pipe(circuitBreaker(breaker));
      m.expect(guarded$).toBeObservable(expected1);
      m.expect(guarded$, call2).toBeObservable(expected2, undefined, rejectedBy('half_open'));
      m.expect(guarded$, call3).toBeObservable(expected3, undefined, rejectedBy('half_open'));
      m.expect(source$).toHaveSubscriptions(subs);
    }),
  );
});
