import { map, NEVER, Subject, take } from 'rxjs';
import {
  byTripper,
  admitAll,
  always,
  type Call,
  type CallEvent,
  CircuitBreaker,
  circuitBreaker,
  failureStreak,
  type Listener,
  type Outcome,
  type State,
} from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { halfOpenBreaker } from '../support/half-open-breaker.ts';
import { collect } from '../support/collect.ts';
import { marbles } from '../support/marbles.ts';
import { getCounts } from '../support/counts.ts';

const boom = new Error('boom');
const untracked = new RangeError('not tracked');
const classify = (value: Outcome | 'pending') => (value === 'pending' ? undefined : value);

const succeed = (breaker: CircuitBreaker): void => breaker.admit().complete();
const fail = (breaker: CircuitBreaker): void => breaker.admit().error(boom);
/** Makes the open circuit half-open, as the next call does, and takes no place there. */
const tryProbe = (breaker: CircuitBreaker): void => breaker.admit().unsubscribe();

type Act = (breaker: CircuitBreaker) => void;
interface Transition {
  readonly path: string;
  /** Before the call is admitted. */
  readonly enter: Act[];
  /** While it is in flight. */
  readonly leave: Act[];
}

const closed: Act[] = [];
const halfOpen: Act[] = [(breaker) => breaker.trip(), tryProbe];
const trip: Act = (breaker) => breaker.trip();
const reset: Act = (breaker) => breaker.reset();
const disable: Act = (breaker) => breaker.disable();
const metricsOnly: Act = (breaker) => breaker.metricsOnly();
const forceOpen: Act = (breaker) => breaker.forceOpen();
const dispose: Act = (breaker) => breaker.dispose();

const fromHalfOpen: Transition[] = [
  { path: 'half_open → closed, recovered', enter: halfOpen, leave: [succeed] },
  { path: 'half_open → open, tripped', enter: halfOpen, leave: [fail] },
  { path: 'half_open → open → half_open', enter: halfOpen, leave: [fail, tryProbe] },
  { path: 'half_open → closed → open → half_open', enter: halfOpen, leave: [succeed, fail, tryProbe] },
  { path: 'half_open → closed, reset()', enter: halfOpen, leave: [reset] },
  { path: 'half_open → open, trip()', enter: halfOpen, leave: [trip] },
  { path: 'half_open → metrics_only, metricsOnly()', enter: halfOpen, leave: [metricsOnly] },
  { path: 'half_open → disabled, disable()', enter: halfOpen, leave: [disable] },
  { path: 'half_open → forced_open, forceOpen()', enter: halfOpen, leave: [forceOpen] },
  { path: 'half_open → disabled, dispose()', enter: halfOpen, leave: [dispose] },
];

const transitions: Transition[] = [
  { path: 'closed → open, tripped', enter: closed, leave: [fail] },
  { path: 'closed → open → half_open, retry', enter: closed, leave: [fail, tryProbe] },
  { path: 'closed → open → half_open → closed', enter: closed, leave: [fail, tryProbe, succeed] },
  { path: 'closed → open → half_open → open', enter: closed, leave: [fail, tryProbe, fail] },
  { path: 'closed → open, trip()', enter: closed, leave: [trip] },
  { path: 'closed → metrics_only, metricsOnly()', enter: closed, leave: [metricsOnly] },
  { path: 'closed → disabled, disable()', enter: closed, leave: [disable] },
  { path: 'closed → forced_open, forceOpen()', enter: closed, leave: [forceOpen] },
  { path: 'closed → forced_open → closed, reset()', enter: closed, leave: [forceOpen, reset] },
  { path: 'closed → disabled, dispose()', enter: closed, leave: [dispose] },
  { path: 'metrics_only → closed, reset()', enter: [metricsOnly], leave: [reset] },
  { path: 'metrics_only → disabled → metrics_only', enter: [metricsOnly], leave: [disable, metricsOnly] },
  { path: 'disabled → closed, reset()', enter: [disable], leave: [reset] },
  { path: 'disabled → open → half_open, retry', enter: [disable], leave: [trip, tryProbe] },
  ...fromHalfOpen,
];

interface Ending {
  readonly ending: string;
  readonly type: CallEvent['type'];
  readonly end: (call: Call<Outcome | 'pending'>) => void;
  readonly classified?: boolean;
}

const endings: Ending[] = [
  { ending: 'success', type: 'success', end: (call) => call.complete() },
  { ending: 'failure', type: 'failure', end: (call) => call.error(boom) },
  { ending: 'ignored error', type: 'ignored', end: (call) => call.error(untracked) },
  { ending: 'cancellation', type: 'cancelled', end: (call) => call.unsubscribe() },
  {
    ending: 'success by unsubscription',
    type: 'success',
    end: (call) => {
      call.next('pending');
      call.unsubscribe();
    },
  },
  { ending: 'value judged a success', type: 'success', end: (call) => call.next('success'), classified: true },
  { ending: 'value judged a failure', type: 'failure', end: (call) => call.next('failure'), classified: true },
  { ending: 'value judged ignored', type: 'ignored', end: (call) => call.next('ignored'), classified: true },
];

const cases = transitions.flatMap((transition) => endings.map((ending) => ({ ...transition, ...ending })));

/** One outcome trips it or closes it, so whatever counts shows. */
const makeBreaker = (...listeners: Listener[]): CircuitBreaker =>
  new CircuitBreaker({
    tracker: (error) => error === boom,
    tripper: failureStreak(1),
    recovery: byTripper(),
    retry: always(),
    permit: admitAll(),
    listeners,
  });

describe('epochs', () => {
  it.each(cases)(
    'an outcome of an earlier epoch changes nothing: $path, $ending',
    ({ enter, leave, type, end, classified }) => {
      const signals: State[] = [];
      const breaker = makeBreaker(({ newState }) => void signals.push(newState));
      for (const act of enter) act(breaker);
      const { state } = breaker;
      const call = breaker.admit(classified ? classify : undefined);
      for (const act of leave) act(breaker);

      const { ignored, ...before } = breaker.info();
      signals.length = 0;
      const events = collect(breaker.call$.pipe(map((event) => [event.type, event.state, event.stale])));
      end(call);
      const silent = state === 'disabled' || leave.includes(dispose);
      // A stale one is ignored like any other, and counted as such.
      const counted = type === 'ignored' && !silent ? ignored + 1 : ignored;
      expect(breaker.info()).toStrictEqual({ ...before, ignored: counted });
      expect(signals).toStrictEqual([]);

      expect(events.filter((event) => event !== '|')).toStrictEqual(silent ? [] : [[type, state, true]]);
    },
  );

  it.each(fromHalfOpen)(
    'a timeout of a call admitted in an earlier epoch changes nothing: $path',
    ({ enter, leave }) => {
      marbles((m) => {
        const breaker = new CircuitBreaker({
          tripper: failureStreak(1),
          recovery: byTripper(),
          retry: always(),
          permit: admitAll(),
          probeTimeout: 5,
        });
        for (const act of enter) act(breaker);
        const probe = breaker.admit();
        const infos: unknown[] = [];
        m.scheduler.schedule(() => {
          for (const act of leave) act(breaker);
          infos.push(breaker.info());
        }, 3);
        for (const moment of [4, 5, 6]) m.scheduler.schedule(() => infos.push(breaker.info()), moment);
        m.flush();
        const [before, ...after] = infos;
        expect(after).toStrictEqual([before, before, before]);
        probe.complete();
        expect(breaker.info()).toStrictEqual(before);
      })();
    },
  );

  it('each state entry starts a new epoch, also one into a state that was left', () => {
    const breaker = makeBreaker();
    const call = breaker.admit();
    breaker.forceOpen();
    breaker.reset();
    expect(breaker.info().inFlight).toBe(0);
    call.error(boom);
    expect(breaker.state).toBe('closed');
    // One of this epoch counts.
    fail(breaker);
    expect(breaker.state).toBe('open');
  });

  it('no record: an outcome of an earlier epoch is not in the window of this one', () => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(9) });
    const early = [breaker.admit(), breaker.admit()];
    breaker.forceOpen();
    breaker.reset();
    const late = breaker.admit();
    for (const call of early) call.error(boom);
    late.complete();
    expect(getCounts(breaker)).toStrictEqual({ successes: 1, failures: 0, inFlight: 0, rejected: 0 });
  });

  it('no place: fifty cancellations of calls begun before the break let no further probe through', () => {
    const breaker = new CircuitBreaker({ retry: always(), permit: admitAll(), maxProbes: 1 });
    const early = Array.from({ length: 50 }, () => NEVER.pipe(circuitBreaker(breaker)).subscribe());
    breaker.trip();
    breaker.admit();
    for (const subscription of early) {
      subscription.unsubscribe();
      expect(() => breaker.admit()).toThrow('half_open');
    }
    expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 0, inFlight: 1, rejected: 50 });
  });

  it('no place: calls begun before the break take none from the probes', () => {
    const breaker = new CircuitBreaker({ retry: always(), permit: admitAll(), maxProbes: 1 });
    for (let i = 0; i < 50; i++) breaker.admit();
    expect(breaker.info().inFlight).toBe(50);
    breaker.trip();
    expect(breaker.info().inFlight).toBe(0);
    expect(() => breaker.admit()).not.toThrow();
    expect(breaker.info().inFlight).toBe(1);
  });

  it('no place: a probe of an earlier half-open period gives none back in this one', () => {
    const breaker = new CircuitBreaker({
      retry: always(),
      permit: admitAll(),
      maxProbes: 2,
      tripper: failureStreak(1),
      recovery: byTripper(),
    });
    breaker.trip();
    const hung = breaker.admit();
    fail(breaker);
    breaker.admit();
    breaker.admit();
    hung.unsubscribe();
    expect(breaker.info().inFlight).toBe(2);
    expect(() => breaker.admit()).toThrow('half_open');
  });

  const states: Record<string, State> = { o: 'open', h: 'half_open', c: 'closed', f: 'forced_open' };

  it(
    'no transition: a success begun before the break does not close the half-open circuit',
    marbles((m) => {
      const breaker = new CircuitBreaker({
        tripper: failureStreak(1),
        recovery: byTripper(),
        retry: () => m.cold('--x'),
      });
      const early$ = m.cold(' -----a|   ');
      const failed$ = m.cold('-#        ');
      const signals = '       -o-h      ';

      m.expect(breaker.signal$.pipe(map(({ newState }) => newState))).toBeObservable(signals, states);
      m.expect(early$.pipe(circuitBreaker(breaker))).toBeObservable('-----a|');
      m.expect(failed$.pipe(circuitBreaker(breaker))).toBeObservable('-#');
    }),
  );

  it(
    'no transition: a failure begun before the break does not reopen the half-open circuit',
    marbles((m) => {
      const breaker = new CircuitBreaker({
        tripper: failureStreak(1),
        recovery: byTripper(),
        retry: () => m.cold('--x'),
      });
      const early$ = m.cold(' -----#    ');
      const failed$ = m.cold('-#        ');
      const probe$ = m.cold('     ---|  ');
      const call = '          ----^     ';
      const signals = '       -o-h---c  ';

      m.expect(breaker.signal$.pipe(map(({ newState }) => newState))).toBeObservable(signals, states);
      m.expect(early$.pipe(circuitBreaker(breaker))).toBeObservable('-----#');
      m.expect(failed$.pipe(circuitBreaker(breaker))).toBeObservable('-#');
      m.expect(probe$.pipe(circuitBreaker(breaker)), call).toBeObservable('-------|');
    }),
  );

  it(
    'manual commands win over calls in flight',
    marbles((m) => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(1), retry: () => NEVER });
      const source$ = m.cold('  -----#  ');
      const command$ = m.cold(' -f-c    ');
      const expected = '        -----#  ';
      const signals = '         -f-c    ';

      m.expect(breaker.signal$.pipe(map(({ newState }) => newState))).toBeObservable(signals, states);
      m.expect(source$.pipe(circuitBreaker(breaker))).toBeObservable(expected);
      m.expect(
        command$.pipe(
          map((command: string) => {
            if (command === 'f') breaker.forceOpen();
            else breaker.reset();
            return command;
          }),
        ),
      ).toBeObservable('-f-c');
      m.flush();
      expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });
    }),
  );

  it('reset() while closed starts no epoch: calls in flight still count', () => {
    const breaker = makeBreaker();
    const call = breaker.admit();
    breaker.reset();
    expect(breaker.info().inFlight).toBe(1);
    call.error(boom);
    expect(breaker.state).toBe('open');
  });

  it('a call of an earlier epoch still passes through', () => {
    const breaker = halfOpenBreaker();
    const source$ = new Subject<number>();
    const log = collect(source$.pipe(circuitBreaker(breaker), take(3)));
    source$.next(1);
    breaker.forceOpen();
    source$.next(2);
    breaker.reset();
    source$.next(3);
    expect(log).toStrictEqual([1, 2, 3, '|']);
    expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });
  });
});
