import { config, Observable, Subject, throwError, type ObservableInput } from 'rxjs';
import type { AsyncListener, CallEvent, Retry, State } from 'rxjs-fluxgate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { onEach } from '../support/script.ts';
import { foreign } from './foreign.ts';
import { broken, CALLBACKS, down, PROBE, Rig, WAIT, type Callback, type Place, type Way } from './rig.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  config.onUnhandledError = null;
});

interface Fault {
  readonly callback: Callback;
  readonly when: string;
  /** While nothing is broken yet; what it returns goes on while the callback throws. */
  readonly given: (rig: Rig) => (() => void) | undefined;
  /** The subscriber of a pipe is the caller of `admit()`. */
  readonly receiver: Place;
  readonly state: State;
  /** How many calls are in the window afterwards, where the rules ask for it. */
  readonly recorded?: number;
}

// What is given: a state, and what is done in it.

const inState =
  (state: 'closed' | 'due' | 'half_open' | 'metrics_only' | 'open', act: (rig: Rig) => void) => (rig: Rig) => {
    if (state === 'due') rig.makeDue();
    if (state === 'half_open') rig.makeHalfOpen();
    if (state === 'metrics_only') rig.breaker.metricsOnly();
    if (state === 'open') rig.breaker.trip();
    return () => act(rig);
  };

/** A call that is in flight when the callback breaks. */
const inFlight =
  (state: 'closed' | 'half_open' | 'metrics_only', end: (call: ReturnType<Rig['call']>) => void, classified = false) =>
  (rig: Rig) => {
    inState(state, () => undefined)(rig);
    const call = rig.call({ classified });
    return () => end(call);
  };

/** The second failure in a row, which trips. */
const lastStraw = (rig: Rig) => {
  rig.fail();
  const call = rig.call();
  return () => call.error(down);
};

/** A probe that hangs until its time is up, and is then given up by its caller. */
const timeOut = (rig: Rig) => {
  rig.makeHalfOpen();
  const call = rig.call();
  return () => {
    rig.scheduler.pass(PROBE);
    rig.fuse.clear();
    call.unsubscribe();
  };
};

/** A value is taken, and no more wanted: there is no subscriber left. */
const taken = (state: 'closed' | 'half_open') => (rig: Rig) => {
  inState(state, () => undefined)(rig);
  const call = rig.call();
  call.next('taken');
  return () => call.unsubscribe();
};

const wakeUp = (rig: Rig) => {
  rig.watch();
  rig.breaker.trip();
  return () => rig.scheduler.pass(WAIT);
};

const completes = (call: ReturnType<Rig['call']>): void => call.complete();
const fails = (call: ReturnType<Rig['call']>): void => call.error(down);
const emits = (call: ReturnType<Rig['call']>): void => call.next('value');
const commanded = (command: 'trip' | 'reset' | 'forceOpen' | 'disable' | 'metricsOnly') => (rig: Rig) =>
  rig.tryOrReport(() => rig.breaker[command]());
const asked = (rig: Rig): void => rig.tryOrReport(() => void rig.breaker.info());
const calls = (rig: Rig): void => rig.succeed();
const watches = (rig: Rig): void => rig.watch();

const commandFaults = (callback: Callback): Fault[] =>
  (['trip', 'forceOpen', 'disable', 'metricsOnly'] as const).map((command) => ({
    callback,
    when: `${command}()`,
    given: inState('closed', commanded(command)),
    receiver: 'caller',
    state: 'closed',
  }));

// prettier-ignore
const FAULTS: Fault[] = [
  { callback: 'window.record', when: 'a success while closed', given: inFlight('closed', completes), receiver: 'subscriber', state: 'closed', recorded: 0 },
  { callback: 'window.record', when: 'a failure while metrics_only', given: inFlight('metrics_only', fails), receiver: 'subscriber', state: 'metrics_only', recorded: 0 },
  { callback: 'window.record', when: 'a probe that succeeds', given: inFlight('half_open', completes), receiver: 'subscriber', state: 'half_open', recorded: 0 },
  { callback: 'window.record', when: 'a bad value', given: inFlight('closed', (call) => call.next('bad'), true), receiver: 'subscriber', state: 'closed', recorded: 0 },
  { callback: 'window.record', when: 'a probe that runs out of time', given: timeOut, receiver: 'report', state: 'half_open', recorded: 0 },
  { callback: 'window.record', when: 'an unsubscription', given: taken('closed'), receiver: 'report', state: 'closed', recorded: 0 },

  { callback: 'window.getMetric', when: 'a failure while closed', given: lastStraw, receiver: 'subscriber', state: 'closed', recorded: 2 },
  { callback: 'window.getMetric', when: 'a call when the retry is due', given: inState('due', calls), receiver: 'subscriber', state: 'open' },
  { callback: 'window.getMetric', when: 'a probe that fails', given: inFlight('half_open', fails), receiver: 'subscriber', state: 'half_open', recorded: 1 },
  { callback: 'window.getMetric', when: 'info()', given: inState('closed', asked), receiver: 'caller', state: 'closed' },
  { callback: 'window.getMetric', when: 'reset() of an open circuit', given: inState('open', commanded('reset')), receiver: 'caller', state: 'open' },
  { callback: 'window.getMetric', when: 'a scheduled wake-up', given: wakeUp, receiver: 'report', state: 'open' },
  { callback: 'window.getMetric', when: 'a watcher when the retry is due', given: inState('due', watches), receiver: 'report', state: 'open' },
  ...commandFaults('window.getMetric'),

  { callback: 'window.reset', when: 'the failure that trips', given: lastStraw, receiver: 'subscriber', state: 'closed', recorded: 2 },
  { callback: 'window.reset', when: 'a call when the retry is due', given: inState('due', calls), receiver: 'subscriber', state: 'open' },
  { callback: 'window.reset', when: 'the probe that closes', given: inFlight('half_open', completes), receiver: 'subscriber', state: 'half_open', recorded: 1 },
  { callback: 'window.reset', when: 'the probe that reopens', given: inFlight('half_open', fails), receiver: 'subscriber', state: 'half_open', recorded: 1 },
  { callback: 'window.reset', when: 'reset() while closed', given: inState('closed', commanded('reset')), receiver: 'caller', state: 'closed' },
  { callback: 'window.reset', when: 'reset() of a half-open circuit', given: inState('half_open', commanded('reset')), receiver: 'caller', state: 'half_open' },
  { callback: 'window.reset', when: 'a scheduled wake-up', given: wakeUp, receiver: 'report', state: 'open' },
  { callback: 'window.reset', when: 'a watcher when the retry is due', given: inState('due', watches), receiver: 'report', state: 'open' },
  ...commandFaults('window.reset'),

  { callback: 'tracker.test', when: 'an error while closed', given: inFlight('closed', fails), receiver: 'subscriber', state: 'closed', recorded: 0 },
  { callback: 'tracker.test', when: 'an error while metrics_only', given: inFlight('metrics_only', fails), receiver: 'subscriber', state: 'metrics_only', recorded: 0 },
  { callback: 'tracker.test', when: 'an error of a probe', given: inFlight('half_open', fails), receiver: 'subscriber', state: 'half_open', recorded: 0 },

  { callback: 'tripper.test', when: 'a success while closed', given: inFlight('closed', completes), receiver: 'subscriber', state: 'closed', recorded: 1 },
  { callback: 'tripper.test', when: 'the failure that would trip', given: lastStraw, receiver: 'subscriber', state: 'closed', recorded: 2 },
  { callback: 'tripper.test', when: 'a probe that succeeds', given: inFlight('half_open', completes), receiver: 'subscriber', state: 'half_open', recorded: 1 },
  { callback: 'tripper.test', when: 'a probe that runs out of time', given: timeOut, receiver: 'report', state: 'half_open', recorded: 1 },
  { callback: 'tripper.test', when: 'an unsubscription while closed', given: taken('closed'), receiver: 'report', state: 'closed', recorded: 1 },
  { callback: 'tripper.test', when: 'an unsubscription of a probe', given: taken('half_open'), receiver: 'report', state: 'half_open', recorded: 1 },

  { callback: 'tripper.explain', when: 'the failure that trips', given: lastStraw, receiver: 'report', state: 'open', recorded: 0 },
  { callback: 'tripper.explain', when: 'the probe that reopens', given: inFlight('half_open', fails), receiver: 'report', state: 'open', recorded: 0 },

  { callback: 'retry', when: 'the failure that trips', given: lastStraw, receiver: 'report', state: 'open' },
  { callback: 'retry', when: 'the probe that reopens', given: inFlight('half_open', fails), receiver: 'report', state: 'open' },
  { callback: 'retry', when: 'the probe that runs out of time', given: timeOut, receiver: 'report', state: 'open' },
  { callback: 'retry', when: 'trip()', given: inState('closed', commanded('trip')), receiver: 'report', state: 'open' },

  { callback: 'permit', when: 'a call when the retry is due', given: inState('due', calls), receiver: 'subscriber', state: 'half_open' },
  { callback: 'permit', when: 'a call while half-open', given: inState('half_open', calls), receiver: 'subscriber', state: 'half_open' },

  { callback: 'recovery', when: 'a probe that succeeds', given: inFlight('half_open', completes), receiver: 'subscriber', state: 'half_open', recorded: 1 },
  { callback: 'recovery', when: 'a probe that fails', given: inFlight('half_open', fails), receiver: 'subscriber', state: 'half_open', recorded: 1 },
  { callback: 'recovery', when: 'a bad value of a probe', given: inFlight('half_open', (call) => call.next('bad'), true), receiver: 'subscriber', state: 'half_open', recorded: 1 },
  { callback: 'recovery', when: 'a probe that runs out of time', given: timeOut, receiver: 'report', state: 'half_open', recorded: 1 },
  { callback: 'recovery', when: 'an unsubscription of a probe', given: taken('half_open'), receiver: 'report', state: 'half_open', recorded: 1 },

  { callback: 'classify', when: 'a value while closed', given: inFlight('closed', emits, true), receiver: 'subscriber', state: 'closed', recorded: 0 },
  { callback: 'classify', when: 'a value while metrics_only', given: inFlight('metrics_only', emits, true), receiver: 'subscriber', state: 'metrics_only', recorded: 0 },
  { callback: 'classify', when: 'a value of a probe', given: inFlight('half_open', emits, true), receiver: 'subscriber', state: 'half_open', recorded: 0 },

  { callback: 'listener', when: 'the failure that trips', given: lastStraw, receiver: 'report', state: 'open' },
  { callback: 'listener', when: 'the probe that closes', given: inFlight('half_open', completes), receiver: 'report', state: 'closed' },
  { callback: 'listener', when: 'the probe that runs out of time', given: timeOut, receiver: 'report', state: 'open' },
  { callback: 'listener', when: 'trip()', given: inState('closed', commanded('trip')), receiver: 'report', state: 'open' },
  { callback: 'listener', when: 'a scheduled wake-up', given: wakeUp, receiver: 'report', state: 'half_open' },

  { callback: 'signal$', when: 'the failure that trips', given: (rig) => (rig.watch(), lastStraw(rig)), receiver: 'report', state: 'open' },
  { callback: 'signal$', when: 'a scheduled wake-up', given: wakeUp, receiver: 'report', state: 'half_open' },

  { callback: 'random', when: 'drawn by the retry of a failure that trips', given: lastStraw, receiver: 'report', state: 'open' },
  { callback: 'random', when: 'drawn by the permit when the retry is due', given: inState('due', calls), receiver: 'subscriber', state: 'half_open' },
  { callback: 'random', when: 'drawn by the permit while half-open', given: inState('half_open', calls), receiver: 'subscriber', state: 'half_open' },

  { callback: 'scheduler.now', when: 'the admission while closed', given: inState('closed', calls), receiver: 'subscriber', state: 'closed' },
  { callback: 'scheduler.now', when: 'the admission while open', given: inState('open', calls), receiver: 'subscriber', state: 'open' },
  { callback: 'scheduler.now', when: 'the admission when the retry is due', given: inState('due', calls), receiver: 'subscriber', state: 'open' },
  { callback: 'scheduler.now', when: 'the admission while half-open', given: inState('half_open', calls), receiver: 'subscriber', state: 'half_open' },
  { callback: 'scheduler.now', when: 'a success while closed', given: inFlight('closed', completes), receiver: 'subscriber', state: 'closed' },
  { callback: 'scheduler.now', when: 'a failure of a probe', given: inFlight('half_open', fails), receiver: 'subscriber', state: 'half_open' },
  { callback: 'scheduler.now', when: 'a probe that runs out of time', given: timeOut, receiver: 'report', state: 'half_open' },
  { callback: 'scheduler.now', when: 'an unsubscription', given: taken('closed'), receiver: 'report', state: 'closed' },
  { callback: 'scheduler.now', when: 'a scheduled wake-up', given: wakeUp, receiver: 'report', state: 'open' },
  { callback: 'scheduler.now', when: 'info()', given: inState('closed', asked), receiver: 'caller', state: 'closed' },
  ...commandFaults('scheduler.now'),

  { callback: 'scheduler.schedule', when: 'the time-out of a probe', given: inState('half_open', calls), receiver: 'subscriber', state: 'half_open' },
  { callback: 'scheduler.schedule', when: 'the time-out of a probe when the retry is due', given: inState('due', calls), receiver: 'subscriber', state: 'half_open' },
  { callback: 'scheduler.schedule', when: 'the wake-up of a watched circuit', given: (rig) => (rig.watch(), lastStraw(rig)), receiver: 'report', state: 'open' },
  { callback: 'scheduler.schedule', when: 'a new watcher of an open circuit', given: inState('open', watches), receiver: 'report', state: 'open' },
];

describe.each<Way>(['pipe', 'admit'])('a callback that throws, with calls made by %s', (way) => {
  it.each(FAULTS)('should reach the $receiver and leave the circuit usable: $callback, at $when', (fault) => {
    const { callback, given, state, recorded } = fault;
    const receiver = fault.receiver === 'subscriber' && way === 'admit' ? 'caller' : fault.receiver;
    const rig = new Rig(way);
    const act = given(rig);
    expect(rig.received).toStrictEqual([]);
    rig.fuse.set(callback);
    act?.();
    rig.fuse.clear();
    rig.settle();
    expect(rig.fuse.blown).toBeGreaterThan(0);
    expect(rig.received).toStrictEqual(Array(rig.fuse.blown).fill({ place: receiver, error: broken }));
    expect(rig.breaker.state).toBe(state);
    if (recorded !== undefined) expect(rig.breaker.info().metric.totalCount).toBe(recorded);
    rig.unwatch();
    rig.expectUsable();
  });
});

/** The life of a circuit, in which each callback is called in each state that it is called in. */
function live(rig: Rig): void {
  const { breaker, scheduler } = rig;
  const probe = (end: (call: ReturnType<Rig['call']>) => void): void => {
    scheduler.pass(WAIT);
    const call = rig.call({ classified: true });
    call.next('good');
    end(call);
    call.unsubscribe();
  };
  rig.succeed();
  rig.fail();
  rig.fail();
  rig.fail();
  asked(rig);
  probe(() => scheduler.pass(PROBE));
  probe((call) => call.next('bad'));
  asked(rig);
  probe(fails);
  probe(completes);
  const call = rig.call();
  call.next('taken');
  call.unsubscribe();
  for (const command of ['reset', 'trip', 'forceOpen', 'metricsOnly', 'disable', 'reset'] as const) {
    commanded(command)(rig);
    rig.fail();
    asked(rig);
  }
  rig.watch();
  rig.tryOrReport(() => breaker.trip());
  scheduler.pass(WAIT);
  rig.succeed();
}

describe.each<Way>(['pipe', 'admit'])('each single time that a callback is called, with calls made by %s', (way) => {
  describe.each([{ watched: false }, { watched: true }])('watched: $watched', ({ watched }) => {
    it.each(CALLBACKS)('should be reported once, and leave the circuit usable, when it throws: %s', (callback) => {
      let time = 0;
      for (let blown = true; blown; time++) {
        const rig = new Rig(way);
        if (watched) rig.watch();
        rig.fuse.set(callback, time, 1);
        live(rig);
        rig.settle();
        blown = rig.fuse.blown > 0;
        expect(
          rig.received.map(({ error }) => error),
          `at call ${String(time)}`,
        ).toStrictEqual(blown ? [broken] : []);
        rig.unwatch();
        rig.expectUsable();
      }
      expect(time).toBeGreaterThan(1);
    });
  });
});

describe('a callback that goes wrong in another way', () => {
  it.each<[string, Retry]>([
    ['NaN', () => NaN],
    ['a negative number', () => -1],
    ['no number nor notifier', (() => null) as unknown as Retry],
  ])('should wait 60 s, at each opening, after a retry that returns %s', (_, retry) => {
    let healthy = false;
    const rig = new Rig('pipe', { retry: (opening) => (healthy ? WAIT : retry(opening)) });
    rig.fail();
    rig.fail();
    rig.scheduler.pass(59_999);
    rig.fail();
    expect(rig.breaker.info()).toMatchObject({ state: 'open', rejected: 1 });
    rig.scheduler.pass(1);
    rig.fail();
    expect(rig.breaker.info()).toMatchObject({ state: 'open', reopens: 1, rejected: 1 });
    rig.scheduler.pass(59_999);
    rig.fail();
    expect(rig.breaker.info().rejected).toBe(2);
    expect(rig.received).toStrictEqual(Array(2).fill({ place: 'report', error: expect.any(Error) as unknown }));
    healthy = true;
    rig.expectUsable();
  });

  it.each<[string, () => ObservableInput<unknown>]>([
    ['errs at once', () => throwError(() => broken)],
    [
      'throws when it is subscribed',
      () =>
        new Observable(() => {
          throw broken;
        }),
    ],
    [
      'is a foreign one that throws when it is subscribed',
      () =>
        foreign(() => {
          throw broken;
        }),
    ],
    [
      'is an iterable that throws',
      () => ({
        [Symbol.iterator]: () => {
          throw broken;
        },
      }),
    ],
  ])('should report a notifier that %s, and wait 60 s from then on, when a call trips or reopens', (_, notifier) => {
    const answers = [notifier, notifier];
    const rig = new Rig('pipe', { retry: () => answers.shift()?.() ?? WAIT });
    rig.fail();
    rig.fail();
    expect(rig.breaker.state).toBe('open');
    expect(rig.received).toStrictEqual([{ place: 'report', error: broken }]);
    rig.scheduler.pass(59_999);
    rig.fail();
    expect(rig.breaker.info()).toMatchObject({ state: 'open', reopens: 0, rejected: 1 });
    rig.scheduler.pass(1);
    rig.fail();
    expect(rig.breaker.info()).toMatchObject({ state: 'open', reopens: 1, rejected: 1 });
    expect(rig.received).toHaveLength(2);
    expect(rig.passed).toStrictEqual([down, down, expect.objectContaining({ retryAfter: 1 }), down]);
    rig.expectUsable();
  });

  it('should report a notifier that errs later, while not watched, and wait 60 s from then on', () => {
    const health$ = new Subject<void>();
    const answers = [health$];
    const rig = new Rig('pipe', { retry: () => answers.shift() ?? WAIT });
    rig.breaker.trip();
    rig.scheduler.pass(1_000);
    health$.error(broken);
    expect(rig.breaker.info()).toMatchObject({ state: 'open', retryAt: rig.scheduler.now() + 60_000 });
    expect(rig.received).toStrictEqual([{ place: 'report', error: broken }]);
    rig.expectUsable();
  });

  it.each<[string, State, (subject: Subject<void>) => void]>([
    ['a value', 'half_open', (subject) => subject.next()],
    ['an error', 'open', (subject) => subject.error(new Error('health check'))],
  ])('should let %s of a notifier leave the circuit %s although its teardown throws', (_, state, emit) => {
    const health$ = new Subject<void>();
    const answers = [
      new Observable<void>((subscriber) => {
        health$.subscribe(subscriber);
        return () => {
          throw broken;
        };
      }),
    ];
    const rig = new Rig('pipe', { retry: () => answers.shift() ?? WAIT });
    rig.breaker.trip();
    rig.tryOrReport(() => emit(health$));
    expect(rig.breaker.state).toBe(state);
    rig.expectUsable();
  });

  it.each<[string, (rig: Rig) => void]>([
    ['reset()', (rig) => rig.breaker.reset()],
    ['forceOpen()', (rig) => rig.breaker.forceOpen()],
  ])('should go on although the teardown of a notifier throws at %s', (_, command) => {
    const answers = [
      new Observable<void>(() => () => {
        throw broken;
      }),
    ];
    const rig = new Rig('pipe', { retry: () => answers.shift() ?? WAIT });
    rig.breaker.trip();
    command(rig);
    expect(rig.received).toMatchObject([{ place: 'report' }]);
    rig.expectUsable();
  });

  it('should hear nothing of a promise that is rejected in a later opening', async () => {
    let reject = (_error: unknown): void => undefined;
    const first = new Promise((_, rejects) => (reject = rejects));
    const answers = [first];
    const rig = new Rig('pipe', { retry: () => answers.shift() ?? WAIT });
    rig.breaker.trip();
    rig.breaker.reset();
    rig.breaker.trip();
    reject(broken);
    await first.catch(() => undefined);
    expect(rig.breaker.state).toBe('open');
    expect(rig.received).toStrictEqual([]);
    rig.expectUsable();
  });

  it('should try again at the next call when a notifier speaks while the window is broken', () => {
    const health$ = new Subject<void>();
    const answers = [health$];
    const rig = new Rig('pipe', { retry: () => answers.shift() ?? WAIT });
    rig.breaker.trip();
    rig.fuse.set('window.getMetric');
    expect(() => health$.next()).not.toThrow();
    rig.fuse.clear();
    expect(rig.received).toStrictEqual([{ place: 'report', error: broken }]);
    expect(rig.breaker.state).toBe('open');
    rig.succeed();
    expect(rig.breaker.state).toBe('closed');
    rig.expectUsable();
  });

  it('should reopen by a recovery that does not ask the tripper, although the tripper throws', () => {
    const rig = new Rig('pipe', {
      recovery: ({ outcome }) => {
        return outcome === 'failure' ? 'reopen' : 'close';
      },
    });
    rig.makeHalfOpen();
    rig.fuse.set('tripper.test');
    rig.fail();
    rig.fuse.clear();
    expect(rig.received).toStrictEqual([{ place: 'report', error: broken }]);
    expect(rig.passed).toStrictEqual([down]);
    expect(rig.breaker.state).toBe('open');
    rig.expectUsable();
  });

  it.each<[string, AsyncListener, number]>([
    ['rejects', () => Promise.reject(broken), 3],
    ['hangs', () => new Promise<void>(() => undefined), 0],
  ])('should go all the way round with a listener that %s', async (_, listener, reports) => {
    const seen: State[] = [];
    const rig = new Rig('pipe', { listeners: [listener, ({ newState }) => seen.push(newState)] });
    rig.fail();
    rig.fail();
    rig.scheduler.pass(WAIT);
    rig.succeed();
    expect(seen).toStrictEqual(['open', 'half_open', 'closed']);
    await Promise.resolve();
    expect(rig.received).toStrictEqual(Array(reports).fill({ place: 'report', error: broken }));
    expect(rig.breaker.info()).toMatchObject({ state: 'closed', inFlight: 0 });
  });

  it.each<[Callback, CallEvent['type']]>([
    ['window.record', 'failure'],
    ['window.getMetric', 'failure'],
    ['tripper.test', 'failure'],
    ['recovery', 'failure'],
    ['tracker.test', 'cancelled'],
  ])('should have call$ emit the call at once although %s throws', (callback, type) => {
    const rig = new Rig();
    rig.makeHalfOpen();
    const types: CallEvent['type'][] = [];
    onEach(rig.breaker.call$, (event) => types.push(event.type));
    rig.fuse.set(callback);
    rig.fail();
    rig.fuse.clear();
    expect(types).toStrictEqual([type]);
    rig.expectUsable();
  });

  it('should keep no place for a probe whose listener at its admission throws', () => {
    const rig = new Rig();
    rig.makeDue();
    rig.fuse.set('listener');
    const call = rig.call();
    rig.fuse.clear();
    expect(rig.breaker.info()).toMatchObject({ state: 'half_open', inFlight: 1 });
    call.next('through');
    call.complete();
    expect(call.values).toStrictEqual(['through']);
    expect(rig.received).toStrictEqual([{ place: 'report', error: broken }]);
    rig.expectUsable();
  });
});
