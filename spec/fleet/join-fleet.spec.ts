import {
  filter,
  from,
  interval,
  map,
  NEVER,
  Observable,
  of,
  Subject,
  Subscription,
  throwError,
  timer,
  type ObservableInput,
} from 'rxjs';
import type { Context } from 'rxjs-marbles';
import { describe, expect, it, vi } from 'vitest';
import { joinFleet, memoryStore, openMembers } from '../../lib/fleet/index.ts';
import type {
  FleetStatus,
  FleetStore,
  FleetView,
  MemberReport,
  RecordChange,
  Replacement,
} from '../../lib/fleet/index.ts';
import {
  backoff,
  CircuitBreaker,
  CircuitBreakerRegistry,
  cooldown,
  failureRate,
  failureStreak,
  minRequests,
  never,
  probes,
  restore,
  slowRate,
  snapshotOf,
  type Signal,
} from '../../lib/index.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { marbles } from '../support/marbles.ts';
import { spyOnReports } from '../support/spy-on-reports.ts';
import { at, Pod, STATES } from './pod.ts';

const reports = spyOnReports();

// Everywhere a request takes 5 ms to the engine and 5 ms back, and a message 5 ms.
const engine = (): FleetStore => memoryStore({ latency: 10 });

/** A test in virtual time, which gets an engine of its own. */
function itInTime(title: string, test: (store: FleetStore, m: Context) => void): void {
  it(
    title,
    marbles((m) => test(engine(), m)),
  );
}

describe('a fleet opens', () => {
  itInTime('everywhere, when enough members have opened of their own accord', (store, m) => {
    const [a, b] = [new Pod(store, 'a'), new Pod(store, 'b')];
    at(100, () => a.fail(2));
    // A report and its answer, a replacement, a message.
    m.expect(b.breaker.state$, '^ 1s !').toBeObservable('c 119ms o', STATES);
    m.flush();
    expect(b.details[0]).toBe('opened by the fleet: 1 of 2 members (failureStreak(2): 2 failures in a row)');
    expect(b.signals[0]).toMatchObject({ reason: 'fleet', retryAt: 100 + 5_000 + 250 });
  });

  itInTime('not when too few have', (store, m) => {
    const tripper = openMembers(2);
    const [a, b, c] = [
      new Pod(store, 'a', { tripper }),
      new Pod(store, 'b', { tripper }),
      new Pod(store, 'c', { tripper }),
    ];
    at(100, () => a.fail(2));
    m.expect(b.breaker.state$, '^ 3s !').toBeObservable('c', STATES);
    // The vote of `a` has lasted until then.
    at(4_000, () => b.fail(2));
    m.expect(c.breaker.state$, '^ 4500ms !').toBeObservable('c 4019ms o', STATES);
  });

  itInTime('when half of at least two members have, by default', (store) => {
    const pods = ['a', 'b', 'c', 'd'].map((id) => new Pod(store, id, { tripper: undefined }));
    at(100, () => pods[0]!.fail(2));
    at(1_000, () => expect(pods[3]!.state).toBe('closed'));
    at(2_000, () => pods[1]!.fail(2));
    at(3_000, () => expect(pods[3]!.state).toBe('open'));
  });

  itInTime('over the calls of all, when no member has enough of its own', (store) => {
    const options = { tripper: failureRate(0.5).and(minRequests(10)), window: 10_000 };
    const pods = ['a', 'b', 'c', 'd', 'e'].map((id) => new Pod(store, id, options, { tripper: failureStreak(99) }));
    at(100, () => pods.forEach((pod) => pod.fail(2)));
    at(3_000, () => {
      expect(pods.map(({ state }) => state)).toStrictEqual(['open', 'open', 'open', 'open', 'open']);
      expect(pods[0]!.details[0]).toMatch(/^opened by the fleet: failureRate\(0.5\): 10 of 10 calls failed/);
    });
  });

  itInTime('not over the calls of an earlier epoch', (store) => {
    const options = { tripper: failureRate(0.5).and(minRequests(10)), window: 60_000 };
    const [a, b] = [new Pod(store, 'a', options), new Pod(store, 'b', options)];
    at(100, () => a.fail(1));
    at(1_500, () => a.succeed(6));
    at(3_000, () => a.breaker.forceOpen());
    at(4_000, () => a.breaker.reset());
    at(9_000, () => b.fail(1));
    at(10_500, () => b.succeed(1));
    at(12_000, () => b.fail(1));
    at(15_000, () => expect([a.state, b.state]).toStrictEqual(['closed', 'closed']));
  });

  itInTime('for a member that joins later, for what is left', (store) => {
    const a = new Pod(store, 'a');
    at(100, () => a.fail(2));
    at(2_000, () => {
      const b = new Pod(store, 'b');
      expect(b.state).toBe('closed');
      at(20, () => expect(b.signals).toMatchObject([{ newState: 'open', reason: 'fleet', retryAt: 5_350 }]));
    });
  });

  itInTime('with the vote of a breaker that was open when it joined', (store) => {
    const b = new Pod(store, 'b');
    at(100, () => {
      const breaker = new CircuitBreaker({ name: 'stock', tripper: failureStreak(1), retry: cooldown(5_000) });
      const call = breaker.admit();
      call.error(new Error('down'));
      const fleet = joinFleet(breaker, { store, tripper: openMembers(1) });
      at(1_000, () => fleet.unsubscribe());
    });
    at(1_000, () => expect(b.state).toBe('open'));
  });

  itInTime('but not with the vote of one that was opened by a command before it joined', (store) => {
    const b = new Pod(store, 'b');
    at(100, () => {
      const breaker = new CircuitBreaker({ name: 'stock', retry: cooldown(5_000) });
      breaker.trip();
      const fleet = joinFleet(breaker, { store, tripper: openMembers(1) });
      at(1_000, () => fleet.unsubscribe());
    });
    at(1_000, () => expect(b.state).toBe('closed'));
  });
});

describe('an open fleet', () => {
  itInTime('lets one member with demand probe, and closes within the spread of each', (store, m) => {
    const [a, b, c] = [new Pod(store, 'a'), new Pod(store, 'b'), new Pod(store, 'c')];
    at(100, () => a.fail(2));
    at(4_500, () => b.succeed());
    at(6_000, () => expect([a.state, b.state, c.state]).toStrictEqual(['open', 'half_open', 'open']));
    at(6_000, () => expect(c.fleet.status()[0]).toMatchObject({ prober: 'b', state: 'open', epoch: 1 }));
    at(6_500, () => b.succeed());
    at(6_600, () => expect([a.state, b.state, c.state]).toStrictEqual(['open', 'closed', 'open']));
    // The verdict reaches them after 10 ms, and they draw 1_000 of 2_000 ms.
    at(7_509, () => expect([a.state, c.state]).toStrictEqual(['open', 'open']));
    at(7_511, () => expect([a.state, c.state]).toStrictEqual(['closed', 'closed']));
    m.flush();
    expect(a.details.at(-1)).toBe('closed by the fleet: 1 of 1 probes succeeded');
    expect(b.signals.map(({ newState, reason }) => [newState, reason])).toStrictEqual([
      ['open', 'fleet'],
      ['half_open', 'fleet'],
      ['closed', 'recovered'],
    ]);
  });

  itInTime('takes the first call of a member without demand as the probe', (store) => {
    const [a, b] = [new Pod(store, 'a'), new Pod(store, 'b')];
    at(100, () => a.fail(2));
    at(8_000, () => {
      expect(a.state).toBe('open');
      const call = a.begin();
      expect(a.state).toBe('half_open');
      at(100, () => expect(b.fleet.status()[0]).toMatchObject({ prober: 'a' }));
      at(200, () => call.complete());
    });
    at(12_000, () => expect([a.state, b.state]).toStrictEqual(['closed', 'closed']));
  });

  itInTime('stays open for a watched member without demand: a fleet leaves no wake-up to chance', (store, m) => {
    const [a, b] = [new Pod(store, 'a', {}, {}, 12_000), new Pod(store, 'b', {}, {}, 12_000)];
    at(100, () => a.fail(2));
    m.expect(b.breaker.state$, '^ 11s !').toBeObservable('c 119ms o', STATES);
    at(8_000, () => expect(b.breaker.info().retryAt).toBeLessThanOrEqual(8_000));
    m.flush();
    expect(a.state).toBe('open');
  });

  itInTime('waits while another member probes', (store) => {
    const [a, b] = [new Pod(store, 'a'), new Pod(store, 'b')];
    at(100, () => a.fail(2));
    at(8_000, () => void a.begin());
    at(8_100, () => {
      b.succeed();
      expect(b.state).toBe('open');
      expect(b.breaker.info().rejected).toBe(1);
    });
  });

  itInTime('voids an opening that comes before the verdict of the last outage, and counts the next', (store) => {
    const deaf: FleetStore = { changes$: NEVER, sync: (...question) => store.sync(...question) };
    const [a, b] = [new Pod(deaf, 'a', { every: 300 }), new Pod(store, 'b')];
    at(100, () => a.fail(2));
    at(8_000, () => b.succeed());
    // The fleet has been closed since 8_015; `a` knows it from 8_022 on.
    at(8_012, () => a.succeed());
    at(8_020, () => {
      a.fail(2);
      expect(a.state).toBe('open');
    });
    at(10_000, () => {
      expect(a.details.at(-1)).toBe('closed by the fleet: 1 of 1 probes succeeded');
      expect([a.state, b.state]).toStrictEqual(['closed', 'closed']);
      expect(b.details).toHaveLength(3);
      a.fail(2);
    });
    at(10_100, () => expect([a.state, b.state]).toStrictEqual(['open', 'open']));
  });

  itInTime('renews the lease while a probe is in flight, and lets another probe when the prober has gone', (store) => {
    const [a, b] = [new Pod(store, 'a', {}, {}, 20_000), new Pod(store, 'b')];
    at(100, () => a.fail(2));
    at(8_000, () => void a.begin());
    at(19_000, () => expect(b.fleet.status()[0]).toMatchObject({ prober: 'a' }));
    // It left without a word at 20_000.
    at(24_000, () => {
      void b.begin();
      expect(b.state).toBe('half_open');
    });
    at(24_100, () => expect(b.fleet.status()[0]).toMatchObject({ prober: 'b' }));
  });

  itInTime('takes another prober when the first has no calls left for its verdict', (store) => {
    const options = { recovery: probes(2) };
    const [a, b] = [new Pod(store, 'a', {}, options, 20_000), new Pod(store, 'b', {}, options, 20_000)];
    at(100, () => a.fail(2));
    at(8_000, () => a.succeed());
    at(8_000, () => expect(a.state).toBe('half_open'));
    // Its lease lasts three periods, and is renewed once for the probe that it had.
    at(9_000, () => expect(b.fleet.status()[0]).toMatchObject({ prober: 'a' }));
    at(15_000, () => expect(b.fleet.status()[0]).toMatchObject({ prober: undefined, state: 'open' }));
    at(15_000, () => b.succeed(2));
    at(18_000, () => expect([a.state, b.state]).toStrictEqual(['closed', 'closed']));
  });

  itInTime('opens again everywhere after a failed probe, and backs off from the reopens of the fleet', (store, m) => {
    const retry = backoff({ initial: 1_000 });
    const [a, b] = [new Pod(store, 'a', {}, { retry }), new Pod(store, 'b', {}, { retry })];
    at(100, () => a.fail(2));
    at(3_000, () => a.fail(1));
    at(3_100, () =>
      expect(b.breaker.info()).toMatchObject({ state: 'open', reopens: 1, retryAt: 3_000 + 2_000 + 250 }),
    );
    at(8_000, () => b.fail(1));
    at(8_100, () =>
      expect(a.breaker.info()).toMatchObject({ state: 'open', reopens: 2, retryAt: 8_000 + 4_000 + 250 }),
    );
    m.flush();
    expect(b.signals.map(({ newState }) => newState)).toStrictEqual(['open', 'half_open', 'open']);
  });

  itInTime('counts a probe of an isolated member as nothing once another holds the lease', (store) => {
    const [a, b] = [new Pod(store, 'a'), new Pod(store, 'b')];
    at(100, () => a.fail(2));
    // Both calls come before either member hears of the other.
    at(8_000, () => {
      const [first, second] = [a.begin(), b.begin()];
      at(100, () => expect([a.state, b.state]).toStrictEqual(['half_open', 'open']));
      at(200, () => second.complete());
      at(300, () => expect([a.state, b.state]).toStrictEqual(['half_open', 'open']));
      at(400, () => first.complete());
      at(500, () => expect(a.state).toBe('closed'));
    });
  });

  itInTime('waits as long as the notifier of the member that opened it is silent', (store) => {
    let well = false;
    const retry = () => interval(1_000).pipe(filter(() => well));
    const a = new Pod(store, 'a', {}, { retry });
    const b = new Pod(store, 'b', {}, { retry: cooldown(100) });
    at(100, () => a.fail(2));
    at(20_000, () => b.succeed());
    at(20_000, () => expect(b.state).toBe('open'));
    at(20_500, () => {
      well = true;
    });
    at(22_000, () => expect(a.state).toBe('half_open'));
    at(22_000, () => expect(a.fleet.status()[0]).toMatchObject({ prober: 'a' }));
  });

  itInTime(
    'asks the retry of a closed member that opens it for the calls of all, also if that is a notifier',
    (store) => {
      let well = false;
      const retry = () => interval(1_000).pipe(filter(() => well));
      const options = { tripper: failureRate(0.5).and(minRequests(2)) };
      const pods = ['a', 'b'].map((id) => new Pod(store, id, options, { retry, tripper: failureStreak(9) }));
      at(100, () => pods.forEach((pod) => pod.fail(1)));
      at(15_000, () => {
        pods.forEach((pod) => pod.succeed());
        expect(pods.map(({ state }) => state)).toStrictEqual(['open', 'open']);
      });
      at(15_500, () => {
        well = true;
      });
      at(18_000, () => pods.forEach((pod) => pod.succeed()));
      at(19_000, () => pods.forEach((pod) => pod.succeed()));
      at(25_000, () => expect(pods.map(({ state }) => state)).toStrictEqual(['closed', 'closed']));
    },
  );

  itInTime('waits for a notifier also if the answer to the opening was lost', (store) => {
    const deaf = deafened(store, ({ state }) => state === 'open');
    const a = new Pod(deaf.store, 'a', {}, { retry: () => NEVER });
    at(1_000, () => a.fail(2));
    for (let ms = 2_000; ms < 20_000; ms += 500) at(ms, () => a.succeed());
    at(20_000, () => expect([deaf.lost, a.state]).toStrictEqual([1, 'open']));
  });

  itInTime('does not lose the lease of a prober to one that joins 10,000 members', (store) => {
    const crowd = crowded(store, 10_000);
    const a = new Pod(crowd, 'a');
    at(2_000, () => a.fail(2));
    at(14_000, () => void a.begin());
    at(14_100, () => {
      const b = new Pod(crowd, 'b', {}, {}, 40_000);
      for (let ms = 100; ms < 8_000; ms += 100) at(ms, () => b.succeed());
    });
    at(22_000, () => expect(a.state).toBe('half_open'));
  });

  it(
    'is due no later than the wait of its record, whatever moment that names',
    marbles((m) => {
      const open = { epoch: 1, state: 'open', manual: false, until: 3_600_000, wait: 5_000, reopens: 0, by: 'b' };
      const record = JSON.stringify({ ...open, detail: '', prober: '', lease: 0 });
      const a = new Pod(answering(m, { record, revision: '1' }), 'a', {}, {}, 900);
      const leased = JSON.stringify({ ...open, detail: '', prober: 'b', lease: 3_600_000 });
      const b = new Pod(answering(m, { record: leased, revision: '1' }), 'a', {}, {}, 900);
      at(10, () => expect(a.breaker.info().retryAt).toBe(5_250));
      at(10, () => expect(b.breaker.info().retryAt).toBe(3_250));
      m.flush();
    }),
  );

  itInTime('asks the retry again for an opening that comes after one that was refused', (store) => {
    let refused = 0;
    const refusing: FleetStore = {
      changes$: NEVER,
      sync: (...question) => (question[2] && refused++ === 0 ? NEVER : store.sync(...question)),
    };
    let asked = 0;
    const retry = () => {
      asked++;
      return timer(2_000);
    };
    const options = { tripper: failureRate(0.5).and(minRequests(4)), window: 1_000 };
    const a = new Pod(refusing, 'a', options, { retry, tripper: failureStreak(99) });
    at(1_100, () => a.fail(4));
    at(12_000, () => expect([refused, asked, a.state]).toStrictEqual([1, 1, 'closed']));
    at(20_500, () => a.fail(8));
    at(22_000, () => expect([asked, a.state]).toStrictEqual([2, 'open']));
  });

  itInTime('stays open with `never()`', (store) => {
    const [a, b] = [new Pod(store, 'a', {}, { retry: never() }), new Pod(store, 'b')];
    at(100, () => a.fail(2));
    at(50_000, () => {
      b.succeed();
      expect(b.breaker.info()).toMatchObject({ state: 'open', retryAt: undefined });
    });
  });
});

describe('a command', () => {
  itInTime('reaches all members, with its reason', (store, m) => {
    const [a, b] = [new Pod(store, 'a'), new Pod(store, 'b')];
    at(1_000, () => a.breaker.forceOpen('ticket 4711'));
    at(2_000, () => b.breaker.disable());
    at(3_000, () => a.breaker.metricsOnly());
    at(4_000, () => b.breaker.trip('drill'));
    at(5_000, () => a.breaker.reset());
    m.expect(b.breaker.state$, '^ 8s !').toBeObservable('c 1009ms f 989ms d 1009ms m 989ms o 2009ms c', STATES);
    m.flush();
    expect(b.details[0]).toBe('forced open by the fleet (a): forceOpen(): ticket 4711');
    expect(b.details.at(-1)).toBe('closed by the fleet (a): reset()');
    expect(a.details).toContain('opened by the fleet (b): trip(): drill');
  });

  itInTime('to go half-open lets this member probe and the others wait, from any state', (store) => {
    const [a, b] = [new Pod(store, 'a'), new Pod(store, 'b')];
    at(1_000, () => a.breaker.forceOpen());
    at(2_000, () => b.breaker.halfOpen());
    at(2_100, () => expect([a.state, b.state]).toStrictEqual(['open', 'half_open']));
    at(2_100, () => expect(a.fleet.status()[0]).toMatchObject({ prober: 'b' }));
    at(2_200, () => b.succeed());
    at(5_000, () => expect([a.state, b.state]).toStrictEqual(['closed', 'closed']));
  });

  itInTime('survives any silence of the engine', (store) => {
    const link = cuttable(store);
    const [a, b] = [new Pod(link.store, 'a'), new Pod(store, 'b')];
    at(1_000, () => (link.cut = true));
    at(2_000, () => a.breaker.forceOpen());
    at(40_000, () => expect(b.state).toBe('closed'));
    at(40_000, () => (link.cut = false));
    at(59_000, () => expect(b.state).toBe('forced_open'));
  });

  itInTime('is dropped for one that the engine took first', (store) => {
    const link = cuttable(store);
    const [a, b] = [new Pod(link.store, 'a'), new Pod(store, 'b')];
    at(1_000, () => (link.cut = true));
    at(2_000, () => a.breaker.forceOpen());
    at(3_000, () => b.breaker.disable());
    at(20_000, () => (link.cut = false));
    at(50_000, () => expect([a.state, b.state]).toStrictEqual(['disabled', 'disabled']));
  });

  itInTime('leaves open what has opened of its own accord after it', (store) => {
    const link = cuttable(store);
    const options = { tripper: undefined };
    const a = new Pod(link.store, 'a', options, { retry: cooldown(40_000) });
    const b = new Pod(store, 'b', options);
    at(1_000, () => b.breaker.forceOpen());
    at(3_500, () => (link.cut = true));
    at(6_000, () => a.breaker.reset());
    at(7_000, () => a.fail(2));
    at(7_100, () => (link.cut = false));
    at(20_000, () => {
      expect([a.state, b.state]).toStrictEqual(['open', 'closed']);
      expect(b.fleet.status()[0]).toMatchObject({ open: 1 });
    });
  });

  itInTime('leaves open what has opened after it, also if the fleet has changed by itself meanwhile', (store) => {
    const link = cuttable(store);
    const options = { tripper: openMembers(2) };
    const a = new Pod(link.store, 'a', options, { retry: cooldown(40_000) });
    const [b, c] = [new Pod(store, 'b', options), new Pod(store, 'c', options)];
    at(1_000, () => b.breaker.forceOpen());
    at(2_000, () => b.breaker.reset());
    at(5_500, () => (link.cut = true));
    at(8_000, () => [b, c].forEach((pod) => pod.fail(2)));
    at(9_000, () => a.breaker.trip());
    at(9_100, () => a.breaker.reset());
    at(9_500, () => a.fail(2));
    at(9_600, () => expect(b.fleet.status()[0]).toMatchObject({ state: 'open', epoch: 3 }));
    at(9_600, () => (link.cut = false));
    at(25_000, () => {
      expect([a.state, b.state, c.state]).toStrictEqual(['open', 'closed', 'closed']);
      expect(b.fleet.status()[0]).toMatchObject({ state: 'closed', epoch: 4, open: 1 });
    });
  });

  itInTime('to go half-open is followed by the verdict of its probes, also if a report was under way', (store) => {
    const [a, b] = [new Pod(store, 'a'), new Pod(store, 'b')];
    at(1_000, () => a.fail(2));
    at(1_500, () => {
      a.fleet.sync().subscribe();
      a.breaker.halfOpen();
      a.succeed();
    });
    at(8_000, () => expect([a.state, b.state]).toStrictEqual(['closed', 'closed']));
  });

  itInTime('wins over one of the same member that the engine has taken without an answer', (store) => {
    const deaf = deafened(store, ({ state }) => state === 'forced_open');
    const [a, b] = [new Pod(deaf.store, 'a'), new Pod(store, 'b')];
    at(1_000, () => a.breaker.forceOpen());
    at(1_300, () => a.breaker.disable());
    at(10_000, () => {
      expect(deaf.lost).toBe(1);
      expect([a.state, b.state]).toStrictEqual(['disabled', 'disabled']);
    });
  });

  itInTime('given before there was a record stays here', (store) => {
    const b = new Pod(store, 'b');
    const breaker = new CircuitBreaker({ name: 'stock' });
    breaker.forceOpen();
    const fleet = joinFleet(breaker, { store });
    at(10_000, () => {
      expect([breaker.state, b.state]).toStrictEqual(['forced_open', 'closed']);
      fleet.unsubscribe();
    });
  });
});

describe('an engine that has lost its writes', () => {
  it(
    'is given the record back, with every vote of its epoch void',
    marbles((m) => {
      let store = engine();
      const switching: FleetStore = {
        changes$: NEVER,
        sync: (circuit, report, replacement) => store.sync(circuit, report, replacement),
      };
      const [a, b] = [new Pod(switching, 'a'), new Pod(switching, 'b')];
      at(1_000, () => a.breaker.forceOpen('ticket 4711'));
      at(3_500, () => (store = engine()));
      at(5_500, () => {
        expect([a.state, b.state]).toStrictEqual(['forced_open', 'forced_open']);
        expect(b.fleet.status()[0]).toMatchObject({ state: 'forced_open', epoch: 1 });
      });
      at(6_000, () => {
        const c = new Pod(switching, 'c');
        at(100, () => expect(c.details).toStrictEqual(['forced open by the fleet (a): forceOpen(): ticket 4711']));
      });
      m.flush();
    }),
  );
});

describe('an engine that has lost its members', () => {
  const IDS = ['a', 'b', 'c', 'd', 'e'];
  const HALF = { tripper: openMembers(0.5) };

  it.each([9_500, 10_500, 11_500, 12_500, 13_500])('at %i ms does not take one bad pod for the whole fleet', (lost) => {
    marbles((m) => {
      let store = engine();
      const switching: FleetStore = { changes$: NEVER, sync: (...question) => store.sync(...question) };
      const pods = IDS.map((id) => new Pod(switching, id, HALF, { retry: cooldown(20_000) }, 20_000));
      at(1_000, () => pods[1]!.breaker.forceOpen());
      at(2_000, () => pods[1]!.breaker.reset());
      at(8_000, () => pods[0]!.fail(2));
      at(lost, () => (store = engine()));
      for (const ms of [1_500, 2_500, 3_500, 4_500]) {
        at(lost + ms, () => expect(pods.slice(1).map(({ state }) => state)).toStrictEqual(Array(4).fill('closed')));
      }
      m.flush();
    })();
  });

  itInTime('while all were cut off neither', (store) => {
    const link = cuttable(store);
    const pods = IDS.map((id) => new Pod(link.store, id, HALF, { retry: cooldown(50_000) }));
    at(7_000, () => pods[0]!.fail(2));
    at(8_000, () => (link.cut = true));
    at(40_000, () => (link.cut = false));
    at(55_000, () => {
      expect(pods[0]!.fleet.status()[0]).toMatchObject({ members: 5, open: 1 });
      expect(pods.slice(1).map(({ state }) => state)).toStrictEqual(Array(4).fill('closed'));
    });
  });

  itInTime('because half have left counts those that stayed, as soon as the engine does', (store) => {
    const pods = ['a', 'b', 'c', 'd'].map((id, i) => new Pod(store, id, HALF, {}, i < 2 ? 60_000 : 5_000));
    at(21_000, () => pods[0]!.fail(2));
    at(22_500, () => expect(pods[1]!.state).toBe('open'));
  });

  itInTime('because they have left counts those that stayed, after a lifetime', (store) => {
    const pods = IDS.map((id, i) => new Pod(store, id, HALF, {}, i < 2 ? 60_000 : 5_000));
    at(45_000, () => pods[0]!.fail(2));
    at(46_000, () => expect(pods[1]!.state).toBe('open'));
  });
});

describe('an engine that does not answer', () => {
  const silent: Readonly<Record<string, () => ObservableInput<FleetView>>> = {
    'that hangs': () => NEVER,
    'that errors': () => throwError(() => new Error('down')),
    'that throws': () => {
      throw new Error('down');
    },
    'that completes': () => [],
    'that is nothing of the kind': () => of({ now: Number.NaN } as FleetView),
    'with a broken record': () =>
      of({
        now: 1,
        revision: '1',
        record: '{"epoch":1,"state":"ajar"}',
        members: 1,
        open: 0,
        successes: 0,
        failures: 0,
        replaced: false,
      }),
  };

  it.each(Object.entries(silent))(
    '%s is reported once and changes nothing',
    (_, sync) =>
      new Promise<void>((resolve) => {
        marbles((m) => {
          const pod = new Pod({ sync, changes$: NEVER }, 'a');
          at(1_000, () => pod.fail(2));
          at(6_500, () => pod.succeed());
          at(30_000, () => {
            expect(pod.fleet.status()[0]).toMatchObject({ linked: false, members: 0 });
            expect(pod.fleet.status()[0]?.error).toBeInstanceOf(Error);
          });
          m.flush();
          expect(pod.signals.map(({ newState, reason }) => [newState, reason])).toStrictEqual([
            ['open', 'tripped'],
            ['half_open', 'retry'],
            ['closed', 'recovered'],
          ]);
          expect(reports).toHaveBeenCalledTimes(1);
        })();
        resolve();
      }),
  );

  it(
    'is asked again after 1, 2, 4, 8 and 8 periods, each with its jitter',
    marbles((m) => {
      const asked: number[] = [];
      const scheduler = m.scheduler as unknown as { now(): number };
      const sync = (): ObservableInput<FleetView> => {
        asked.push(scheduler.now());
        return throwError(() => new Error('down'));
      };
      new Pod({ sync, changes$: NEVER }, 'a', {}, {}, 30_000);
      m.flush();
      expect(asked).toStrictEqual([0, 1_000, 3_000, 7_000, 15_000, 23_000]);
    }),
  );

  itInTime('leaves an open breaker due when the wait is over', (store) => {
    const link = cuttable(store);
    const [a, b] = [new Pod(store, 'a'), new Pod(link.store, 'b')];
    at(100, () => a.fail(2));
    at(1_000, () => (link.cut = true));
    at(5_400, () => b.succeed());
    at(5_400, () => expect(b.state).toBe('closed'));
  });

  itInTime('leaves a watched breaker to go half-open by itself, once it is missed', (store) => {
    const link = cuttable(store);
    const [a, b] = [new Pod(store, 'a', {}, {}, 12_000), new Pod(link.store, 'b', {}, {}, 12_000)];
    at(100, () => a.fail(2));
    // It is due already, and was not to go half-open without a call.
    at(6_000, () => (link.cut = true));
    const watched: string[] = [];
    b.breaker.state$.subscribe((state) => watched.push(state));
    at(6_000, () => expect(watched).toStrictEqual(['closed', 'open']));
    at(8_000, () => expect(b.fleet.status()[0]?.linked).toBe(false));
    at(8_000, () => expect(watched).toStrictEqual(['closed', 'open', 'half_open']));
  });

  it(
    'is reported by at most the calls of two reports when it comes back',
    marbles((m) => {
      const sent: MemberReport[] = [];
      let questions = 0;
      const sync = (_: string, report: MemberReport): ObservableInput<FleetView> => {
        sent.push(report);
        if (questions++ < 3) return throwError(() => new Error('down'));
        return of({
          now: 1,
          revision: '0',
          record: undefined,
          members: 1,
          open: 0,
          successes: 0,
          failures: 0,
          replaced: false,
        });
      };
      const tripper = failureRate(0.5).and(minRequests(1_000));
      const pod = new Pod({ sync, changes$: NEVER }, 'a', { tripper }, {}, 12_000);
      at(500, () => pod.succeed(3));
      at(2_000, () => pod.succeed(2));
      at(5_000, () => pod.succeed(1));
      m.flush();
      // At 0, 1_000, 3_000 and 7_000.
      expect(sent.slice(0, 4).map(({ successes }) => successes)).toStrictEqual([0, 3, 5, 3]);
    }),
  );
});

describe('a message', () => {
  const record = (epoch: number, state: string) =>
    JSON.stringify({
      epoch,
      state,
      manual: true,
      until: 0,
      wait: 0,
      reopens: 0,
      by: 'b',
      detail: '',
      prober: '',
      lease: 0,
    });

  it.each([
    ['of a newer epoch is followed', '5', 3, 'disabled'],
    ['of an older revision is ignored', '4', 3, 'forced_open'],
    ['of an older epoch is ignored', '5', 1, 'forced_open'],
  ])(
    '%s',
    (_, revision, epoch, state) =>
      void marbles((m) => {
        const changes$ = new Subject<RecordChange>();
        const syncs: unknown[] = [];
        const view = { members: 1, open: 0, successes: 0, failures: 0, replaced: false };
        const sync = (...args: unknown[]): ObservableInput<FleetView> => {
          syncs.push(args);
          return of({ ...view, now: 1_000, revision: '4', record: record(2, 'forced_open') });
        };
        const pod = new Pod({ sync, changes$ }, 'a', {}, {}, 900);
        at(100, () => {
          changes$.next({ circuit: 'stock', now: 1_100, revision, record: record(epoch, 'disabled') });
          expect(pod.state).toBe(state);
          // Nothing was given back either.
          expect(syncs).toHaveLength(1);
        });
        m.flush();
      })(),
  );

  it(
    'that overtakes an answer stands, and the engine is asked again',
    marbles((m) => {
      const changes$ = new Subject<RecordChange>();
      const due = { ...(JSON.parse(record(2, 'open')) as object), until: 1 };
      const leased = JSON.stringify({ ...due, prober: 'b', lease: 3_000 });
      let revision = '4';
      const sync = (): ObservableInput<FleetView> => {
        const seen = { now: m.scheduler.now(), revision, record: revision === '4' ? JSON.stringify(due) : leased };
        const view = { ...seen, members: 2, open: 0, successes: 0, failures: 0, replaced: false };
        return timer(100).pipe(map(() => view));
      };
      const pod = new Pod({ sync, changes$ }, 'a', {}, {}, 1_900);
      at(1_150, () => {
        revision = '5';
        changes$.next({ circuit: 'stock', now: 1_150, revision, record: leased });
      });
      // The answer to the question of 1_100 came at 1_200, without the lease.
      at(1_210, () => {
        pod.succeed();
        expect(pod.state).toBe('open');
      });
      at(1_400, () => expect(pod.fleet.status()[0]).toMatchObject({ prober: 'b' }));
      m.flush();
    }),
  );

  it(
    'that is garbage is reported and changes nothing',
    marbles((m) => {
      const changes$ = new Subject<RecordChange>();
      const memory = memoryStore();
      const sync = memory.sync.bind(memory);
      const pod = new Pod({ sync, changes$ }, 'a', {}, {}, 900);
      at(100, () => {
        changes$.next({ circuit: 'stock', now: 1_100, revision: '9', record: '{"epoch":9,"state":"open"}' });
        expect(pod.signals).toStrictEqual([]);
        expect(reports).toHaveBeenCalledTimes(1);
        expect(pod.fleet.status()[0]).toMatchObject({ linked: true });
        expect(String(reports.mock.calls[0]![0])).toMatch(/^Error: joinFleet: stock ignores a message: TypeError: /);
      });
      m.flush();
    }),
  );

  const newer = { circuit: 'stock', now: 1_100, revision: '9', record: record(9, 'disabled') };

  it.each([
    [null, 0],
    [undefined, 0],
    [{}, 0],
    [{ circuit: 'stock' }, 1],
    [{ ...newer, now: Number.NaN }, 1],
    [{ ...newer, revision: 9 }, 1],
    [{ ...newer, revision: 'x9' }, 1],
    [{ ...newer, record: null }, 1],
  ])('that is %o is no error of the process', async (change, times) => {
    marbles((m) => {
      const changes$ = new Subject<RecordChange>();
      const memory = memoryStore();
      const pod = new Pod({ sync: memory.sync.bind(memory), changes$ }, 'a', {}, {}, 900);
      at(100, () => {
        changes$.next(change as never);
        changes$.next(change as never);
      });
      at(200, () => expect(pod.state).toBe('closed'));
      // The stream of messages is not lost.
      at(300, () => changes$.next(newer));
      at(400, () => expect(pod.state).toBe('disabled'));
      m.flush();
    })();
    // RxJS reports what a subscriber throws on a timer.
    await new Promise((resolve) => setTimeout(resolve));
    expect(reports).toHaveBeenCalledTimes(times);
    for (const [error] of reports.mock.calls)
      expect(String(error)).toMatch(/^Error: joinFleet: stock ignores a message/);
  });

  it(
    'stream that errors is silence',
    marbles((m) => {
      const memory = memoryStore();
      const sync = memory.sync.bind(memory);
      const changes$ = throwError(() => new Error('lost'));
      const [a, b] = [new Pod({ sync, changes$ }, 'a'), new Pod({ sync, changes$ }, 'b')];
      at(2_000, () => a.breaker.forceOpen());
      at(8_000, () => expect(b.state).toBe('forced_open'));
      m.flush();
    }),
  );
});

describe('a member', () => {
  it(
    'that is closed and without calls reports each fifth period, and at once when it has calls',
    marbles((m) => {
      const sent: (MemberReport & { at: number })[] = [];
      const memory = memoryStore();
      const scheduler = m.scheduler as unknown as { now(): number };
      const store: FleetStore = {
        changes$: memory.changes$,
        sync: (circuit, report, replacement) => {
          sent.push({ ...report, at: scheduler.now() });
          return memory.sync(circuit, report, replacement);
        },
      };
      const tripper = failureRate(0.5).and(minRequests(1_000));
      const pod = new Pod(store, 'a', { tripper }, {}, 20_000);
      at(11_500, () => pod.succeed());
      m.flush();
      expect(sent.map((report) => report.at)).toStrictEqual([0, 1_000, 6_000, 11_000, 12_000, 13_000, 18_000]);
      // Its membership lasts until the next report.
      expect(sent.map(({ lifetime }) => lifetime)).toStrictEqual([
        3_000, 15_000, 15_000, 15_000, 3_000, 15_000, 15_000,
      ]);
      expect(sent.map(({ successes }) => successes)).toStrictEqual([0, 0, 0, 0, 1, 0, 0]);
    }),
  );

  it(
    'of more than 1,000 stretches its period and what it lasts, and lasts until its second report',
    marbles((m) => {
      const sent: MemberReport[] = [];
      const asked: number[] = [];
      const store = answering(m, { members: 5_000 }, sent, asked);
      new Pod(store, 'a', {}, {}, 60_000);
      m.flush();
      expect(asked).toStrictEqual([0, 1_000, 26_000, 51_000]);
      expect(sent.map(({ lifetime }) => lifetime)).toStrictEqual([3_000, 75_000, 75_000, 75_000]);
    }),
  );

  it.each([
    [openMembers(1), 0],
    [openMembers(1).or(failureRate(0.5)), 10_000],
  ])(
    'has a window only if its tripper asks for counts: %s',
    (tripper, window) =>
      void marbles((m) => {
        const sent: MemberReport[] = [];
        new Pod(answering(m, {}, sent), 'a', { tripper }, {}, 500);
        m.flush();
        expect(sent[0]).toMatchObject({ window });
      })(),
  );

  it(
    'gives deadlines in the time of the engine, once it knows that',
    marbles((m) => {
      const sent: MemberReport[] = [];
      const store = answering(m, {}, sent);
      const late: FleetStore = {
        changes$: NEVER,
        sync: (...question) =>
          from(store.sync(...question)).pipe(map((view) => ({ ...view, now: 50_000 + m.scheduler.now() }))),
      };
      new Pod(late, 'a', {}, {}, 1_500);
      m.flush();
      expect(sent.map(({ deadline }) => deadline)).toStrictEqual([undefined, 51_500]);
    }),
  );

  itInTime('that is restored is steered by the record', (store) => {
    const b = new Pod(store, 'b');
    at(1_000, () => b.breaker.disable());
    at(2_000, () => {
      const forced = new CircuitBreaker({ name: 'stock' });
      forced.forceOpen();
      const breaker = new CircuitBreaker({ name: 'stock' });
      restore(breaker, snapshotOf(forced));
      expect(breaker.state).toBe('forced_open');
      const fleet = joinFleet(breaker, { store });
      at(100, () => {
        expect(breaker.state).toBe('disabled');
        fleet.unsubscribe();
      });
    });
  });

  it('that was frozen takes an answer for late that it reads only then', () => {
    const scheduler = new ManualScheduler(1_000_000);
    const store = memoryStore({ latency: 10, scheduler });
    const fleet = joinFleet(new CircuitBreaker({ name: 'stock', scheduler }), { store, scheduler, random: () => 0.5 });
    scheduler.pass(1_005);
    expect(fleet.status()[0]).toMatchObject({ linked: true });
    fleet.sync().subscribe();
    scheduler.step(10_000);
    scheduler.pass(10);
    expect(fleet.status()[0]).toMatchObject({ linked: false });
    fleet.unsubscribe();
  });

  it.each([
    [{ revision: 'x' }],
    [{ revision: '' }],
    [{ revision: 1 }],
    [{ record: null }],
    [{ record: 'x'.repeat(1_025) }],
    [{ now: Number.NaN }],
    [{ members: -1 }],
    [{ open: 0.5 }],
    [{ successes: '1' }],
    [{ failures: 2 ** 50 }],
    [{ replaced: 1 }],
  ])(
    'takes a view with %o for no answer',
    (view) =>
      void marbles((m) => {
        const pod = new Pod(answering(m, view as never), 'a', {}, {}, 500);
        at(100, () => expect(pod.fleet.status()[0]).toMatchObject({ linked: false, members: 0 }));
        m.flush();
      })(),
  );

  itInTime('that leaves keeps its state and what is left of the wait', (store, m) => {
    const [a, b] = [new Pod(store, 'a'), new Pod(store, 'b')];
    at(100, () => a.fail(2));
    at(1_000, () => b.fleet.unsubscribe());
    at(2_000, () => a.breaker.forceOpen());
    at(3_000, () => expect(b.breaker.info()).toMatchObject({ state: 'open', retryAt: 5_350 }));
    // It wakes up by itself again.
    m.expect(b.breaker.state$, '4s ^ 3s !').toBeObservable('4s o 1349ms h', STATES);
    m.flush();
    expect(b.fleet.closed).toBe(true);
  });

  itInTime('whose breaker is disposed leaves', (store) => {
    const [a, b] = [new Pod(store, 'a'), new Pod(store, 'b')];
    at(100, () => a.breaker.dispose());
    at(30_000, () => {
      expect(a.fleet.status()).toStrictEqual([]);
      expect(b.fleet.status()[0]).toMatchObject({ members: 1 });
    });
  });

  itInTime('follows a command that a listener gives while the fleet steers it', (store) => {
    const a = new Pod(store, 'a');
    const b: Pod = new Pod(
      store,
      'b',
      {},
      {
        listeners: [
          ({ newState }: Signal) => {
            if (newState === 'open') b.breaker.disable();
          },
        ],
      },
    );
    at(100, () => a.fail(2));
    at(1_000, () => expect([a.state, b.state]).toStrictEqual(['disabled', 'disabled']));
  });
});

describe('joinFleet', () => {
  itInTime('lets breakers of a registry join when they are made and leave when they are deleted', (store, m) => {
    const registry = new CircuitBreakerRegistry();
    registry.get('stock');
    const fleet = joinFleet(registry, { store, id: 'a' });
    registry.get('prices');
    const circuits = () => fleet.status().map(({ circuit }) => circuit);
    expect(circuits()).toStrictEqual(['stock', 'prices']);
    registry.delete('stock');
    expect(circuits()).toStrictEqual(['prices']);
    at(100, () => fleet.unsubscribe());
    m.flush();
    expect(circuits()).toStrictEqual([]);
  });

  it(
    'does not watch: an unwatched breaker stays open when its wait is over',
    marbles((m) => {
      const pod = new Pod({ sync: () => NEVER, changes$: NEVER }, 'a');
      at(100, () => pod.fail(2));
      at(30_000, () => expect(pod.state).toBe('open'));
      m.flush();
    }),
  );

  it('refuses a breaker that is in a fleet already, and two of one name', () => {
    const breaker = new CircuitBreaker({ name: 'stock' });
    const fleet = joinFleet(breaker, { store: memoryStore() });
    expect(() => joinFleet(breaker, { store: memoryStore() })).toThrow(
      new TypeError('joinFleet: stock is in a fleet already'),
    );
    fleet.unsubscribe();
    joinFleet(breaker, { store: memoryStore() }).unsubscribe();
    const two = [new CircuitBreaker({ name: 'x' }), new CircuitBreaker({ name: 'x' })];
    expect(() => joinFleet(two, { store: memoryStore() })).toThrow(
      new TypeError('joinFleet: two breakers are called x'),
    );
  });

  it.each([
    [{ store: undefined }, /^joinFleet: store must be a FleetStore/],
    [{ every: 0 }, /^joinFleet: every must be/],
    [{ patience: Number.NaN }, /^joinFleet: patience must be/],
    [{ spread: -1 }, /^joinFleet: spread must be/],
    [{ window: '1' }, /^joinFleet: window must be/],
    [{ tripper: failureRate(0.5), window: 0.001 }, /^joinFleet: window must be/],
    [{ window: 9.9 }, /^joinFleet: window must be a finite number of at least 10/],
    [{ id: '' }, /^joinFleet: id must not be empty/],
    [{ id: 'x'.repeat(65) }, /^joinFleet: id must have at most 64 characters/],
    [{ random: 1 }, /^joinFleet: random must be/],
    [{ scheduler: {} }, /^joinFleet: scheduler must be/],
    [{ periods: 1 }, /^joinFleet got an unknown option "periods"/],
    [{ tripper: 'x' }, /^tripper must be/],
    [{ tripper: failureStreak(5) }, /a fleet's tripper cannot ask for streaks/],
    [{ tripper: openMembers(1).or(slowRate(0.5, 100)) }, /a fleet's tripper cannot ask for slow calls/],
  ])('refuses %o', (options, message) => {
    expect(() => joinFleet(new CircuitBreaker(), { store: memoryStore(), ...options } as never)).toThrow(message);
  });

  itInTime('takes no member whose breaker is disposed', (store, m) => {
    const breaker = new CircuitBreaker({ name: 'stock' });
    breaker.dispose();
    const fleet = joinFleet([breaker, new CircuitBreaker({ name: 'prices' })], { store });
    expect(fleet.status().map(({ circuit }) => circuit)).toStrictEqual(['prices']);
    at(100, () => fleet.unsubscribe());
    m.flush();
  });

  it('refuses a breaker of another version of the package', () => {
    const breaker = new CircuitBreaker({ name: 'x' });
    Object.defineProperty(breaker, '_circuit', { value: {} });
    expect(() => joinFleet(breaker, { store: memoryStore() })).toThrow(
      new TypeError('joinFleet: x is a breaker of another version of the package'),
    );
  });

  it('leaves nothing behind when it throws', () => {
    let subscribed = 0;
    const changes$ = new Observable<never>(() => {
      subscribed++;
      return () => subscribed--;
    });
    const breaker = new CircuitBreaker({ name: 'stock' });
    const scheduler = { now: () => Number.NaN, schedule: () => new Subscription() };
    expect(() => joinFleet(breaker, { store: { sync: () => NEVER, changes$ }, scheduler })).toThrow();
    expect(subscribed).toBe(0);
    joinFleet(breaker, { store: memoryStore() }).unsubscribe();
  });

  it(
    'reports an engine that is away once for all circuits',
    marbles((m) => {
      const sync = (): never => {
        throw new Error('down');
      };
      const breakers = ['x', 'y'].map((name) => new CircuitBreaker({ name }));
      const fleet = joinFleet(breakers, { store: { sync, changes$: NEVER } });
      at(10_000, () => fleet.unsubscribe());
      m.flush();
      expect(reports).toHaveBeenCalledTimes(1);
    }),
  );

  itInTime('completes sync() with the answer', (store) => {
    const pod = new Pod(store, 'a');
    let completed = false;
    at(100, () => pod.fleet.sync().subscribe({ complete: () => (completed = true) }));
    at(111, () => expect(completed).toBe(true));
  });

  it('refuses what is no breaker', () => {
    expect(() => joinFleet({} as never, { store: memoryStore() })).toThrow(/^joinFleet: breakers must be/);
  });

  it(
    'emits its status at once and on each change',
    marbles((m) => {
      const pod = new Pod(engine(), 'a', {}, {}, 6_000);
      const status: FleetStatus = {
        circuit: 'stock',
        linked: true,
        state: 'closed',
        epoch: 0,
        members: 1,
        open: 0,
        prober: undefined,
        error: undefined,
      };
      m.expect(pod.fleet.status$).toBeObservable('a 9ms b 5989ms (c|)', {
        a: [{ ...status, linked: false, members: 0 }],
        b: [status],
        c: [],
      });
    }),
  );

  it(
    'asks now with sync(), which is cold, and completes after `patience` at the latest',
    marbles((m) => {
      const sync = vi.fn((): ObservableInput<FleetView> => NEVER);
      const pod = new Pod({ sync, changes$: NEVER }, 'a');
      const away = { circuit: 'stock', linked: false, members: 0 };
      const sync$ = pod.fleet.sync();
      expect(sync).toHaveBeenCalledTimes(1);
      at(20_000, () => {
        let emitted: unknown;
        let completed = 0;
        const scheduler = m.scheduler as unknown as { now(): number };
        sync$.subscribe({ next: (status) => (emitted = status), complete: () => (completed = scheduler.now()) });
        at(600, () => expect([emitted, completed]).toMatchObject([[away], 20_500]));
      });
      m.flush();
      const answering = new Pod(engine(), 'a');
      answering.fleet.unsubscribe();
    }),
  );
});

/** An engine that always returns this view, at the time of the test. */
function answering(m: Context, view: Partial<FleetView>, sent: MemberReport[] = [], asked: number[] = []): FleetStore {
  const none = { revision: '0', record: undefined, members: 1, open: 0, successes: 0, failures: 0, replaced: false };
  return {
    changes$: NEVER,
    sync: (_, report) => {
      sent.push(report);
      asked.push(m.scheduler.now());
      return of({ ...none, now: m.scheduler.now(), ...view });
    },
  };
}

/** An engine that counts this many members. */
function crowded(store: FleetStore, members: number): FleetStore {
  return {
    changes$: store.changes$,
    sync: (...question) => from(store.sync(...question)).pipe(map((view) => ({ ...view, members }))),
  };
}

/** An engine without messages that takes the first record of a kind, and whose answer to it is lost. */
function deafened(
  store: FleetStore,
  isLost: (record: { state: string }) => boolean,
): { readonly store: FleetStore; lost: number } {
  const link = {
    lost: 0,
    store: {
      changes$: NEVER,
      sync: (circuit: string, report: MemberReport, replacement?: Replacement) => {
        const answer = store.sync(circuit, report, replacement);
        if (!replacement || link.lost > 0 || !isLost(JSON.parse(replacement.record) as { state: string }))
          return answer;
        link.lost++;
        from(answer).subscribe();
        return NEVER;
      },
    },
  };
  return link;
}

function cuttable(store: FleetStore): { store: FleetStore; cut: boolean } {
  const link = {
    cut: false,
    store: {
      changes$: NEVER,
      sync: (circuit: string, report: MemberReport, replacement?: Replacement) =>
        link.cut ? NEVER : store.sync(circuit, report, replacement),
    },
  };
  return link;
}
