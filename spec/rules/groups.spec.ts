import {
  catchError,
  combineLatest,
  concat,
  defer,
  forkJoin,
  ignoreElements,
  merge,
  mergeMap,
  NEVER,
  observeOn,
  of,
  asyncScheduler,
  repeat,
  retry,
  throwError,
  timer,
  VirtualTimeScheduler,
  zip,
  type Observable,
} from 'rxjs';
import {
  admitRandom,
  CircuitBreaker,
  circuitBreaker,
  isCallNotPermitted,
  rampUp,
  type Call,
  type CallNotPermittedError,
  type Permit,
  type ProbeContext,
} from 'rxjs-fluxgate';
import type { Context } from 'rxjs-marbles';
import { describe, expect, it } from 'vitest';
import { halfOpenBreaker } from '../support/half-open-breaker.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { marbles } from '../support/marbles.ts';
import { onEach, stateAt, states } from '../support/script.ts';

/** `n` requests that are guarded by one breaker. */
function requests(n: number, request$: Observable<unknown>, breaker: CircuitBreaker): Observable<unknown>[] {
  return Array.from({ length: n }, () => request$.pipe(circuitBreaker(breaker)));
}

/** Loads a page at each letter; emits `v` where it has loaded, `x` where a request was rejected, `e` for another error. */
function load(m: Context, diagram: string, page$: Observable<unknown>): Observable<string> {
  const result$ = page$.pipe(
    ignoreElements(),
    (end$) => concat(end$, of('v')),
    catchError((error: unknown) => of(isRejection(error) ? 'x' : 'e')),
  );
  return m.cold(diagram).pipe(mergeMap(() => result$));
}

function isRejection(error: unknown): boolean {
  return isCallNotPermitted(error) || (error instanceof Error && isCallNotPermitted(error.cause));
}

/** How many times a page of `n` joined calls is loaded until the circuit closes. */
function countAttempts(n: number, breaker: CircuitBreaker): number {
  let attempts = 0;
  while (breaker.state === 'half_open' && attempts < 100) {
    attempts++;
    const scheduler = new VirtualTimeScheduler();
    const call$ = defer(() => timer(10, scheduler)).pipe(circuitBreaker(breaker));
    forkJoin(Array<Observable<unknown>>(n).fill(call$)).subscribe({ error: () => undefined });
    scheduler.flush();
  }
  return attempts;
}

/** A probe. */
function admit(breaker: CircuitBreaker): Call<unknown> {
  return breaker.admit();
}

/** Admits probes until one is rejected. */
function fill(breaker: CircuitBreaker): Call<unknown>[] {
  const probes: Call<unknown>[] = [];
  for (;;) {
    try {
      probes.push(admit(breaker));
    } catch {
      return probes;
    }
  }
}

/** The rejection of a call that is not admitted. */
function rejectionBy(breaker: CircuitBreaker): CallNotPermittedError {
  try {
    breaker.admit();
  } catch (error) {
    if (isCallNotPermitted(error)) return error;
  }
  return expect.unreachable('the call was admitted');
}

function unsubscribe(probes: Call<unknown>[]): void {
  for (const probe of probes) probe.unsubscribe();
}

/** A half-open breaker without places for more than `maxProbes` calls, which no outcome closes soon. */
const halfOpen = (maxProbes: number, permit?: Permit, scheduler = new ManualScheduler()): CircuitBreaker =>
  halfOpenBreaker({ maxProbes, scheduler, recovery: () => undefined, ...(permit ? { permit } : {}) });

describe('groups', () => {
  describe('a page that joins its requests recovers after an outage', () => {
    it(
      'with eleven requests and the default options: its probes are lost, the next page comes through',
      marbles((m) => {
        const breaker = new CircuitBreaker({ random: () => 0.5 });
        breaker.trip();
        const page$ = forkJoin(requests(11, m.cold('--(v|)'), breaker));
        const pages = '  5s p-----p-------p';
        const results = '5s x-------v-------v';
        const look = '   5s l-----l--l--l';
        const found = '  5s h-----h--c--c';
        m.expect(load(m, pages, page$)).toBeObservable(results);
        m.expect(stateAt(m, look, breaker)).toBeObservable(found, states);
      }),
    );

    it.each([2, 3, 4, 5, 6, 7, 8, 9, 10])(
      'with %i requests and the default options: at once',
      (n) =>
        void marbles((m) => {
          const breaker = new CircuitBreaker({ random: () => 0.5 });
          breaker.trip();
          const page$ = forkJoin(requests(n, m.cold('--(v|)'), breaker));
          const pages = '  5s p-----p';
          const results = '5s --v-----v';
          m.expect(load(m, pages, page$)).toBeObservable(results);
          const look = '   5s l--l----l';
          const found = '  5s h--c----c';
          m.expect(stateAt(m, look, breaker)).toBeObservable(found, states);
        })(),
    );

    it.each<[string, string, (request$: Observable<unknown>, breaker: CircuitBreaker) => Observable<unknown>]>([
      ['two requests', '5s x-------v', (request$, breaker) => forkJoin(requests(2, request$, breaker))],
      [
        'a guarded call inside of a guarded call',
        '5s x-------v',
        (request$, breaker) =>
          of('request').pipe(
            mergeMap(() => request$.pipe(circuitBreaker(breaker))),
            circuitBreaker(breaker),
          ),
      ],
      [
        'a token refresh inside of the breaker',
        '5s x---------v',
        (request$, breaker) =>
          request$.pipe(
            circuitBreaker(breaker),
            mergeMap(() => request$),
            circuitBreaker(breaker),
          ),
      ],
      [
        'the breaker twice in a pipe',
        '5s x-------v',
        (request$, breaker) => request$.pipe(circuitBreaker(breaker), circuitBreaker(breaker)),
      ],
    ])(
      'with one place and %s',
      (_, results, toPage) =>
        void marbles((m) => {
          const breaker = new CircuitBreaker({ maxProbes: 1, random: () => 0.5 });
          breaker.trip();
          const page$ = toPage(m.cold('--(v|)'), breaker);
          const pages = '5s p-----p';
          const look = ' 5s l-----l----l';
          const found = '5s h-----h----c';
          m.expect(load(m, pages, page$)).toBeObservable(results);
          m.expect(stateAt(m, look, breaker)).toBeObservable(found, states);
        })(),
    );

    it.each<[string, (call$: Observable<unknown>) => Observable<unknown>]>([
      ['a catchError that rethrows', catchError((error: unknown) => throwError(() => error))],
      [
        'a catchError that wraps the error',
        catchError((error: unknown) => throwError(() => new Error('no page', { cause: error }))),
      ],
      ['observeOn', (call$) => call$.pipe(observeOn(asyncScheduler))],
      [
        'a catchError that waits 100 ms',
        catchError((error: unknown) => timer(100).pipe(mergeMap(() => throwError(() => error)))),
      ],
      ['retry', retry(1)],
      ['repeat', (call$) => call$.pipe(repeat(2))],
    ])(
      'behind %s',
      (_, behind) =>
        void marbles((m) => {
          const breaker = new CircuitBreaker({ maxProbes: 10, random: () => 0.5 });
          breaker.trip();
          // Slower than the rejection, which comes after up to 100 ms.
          const page$ = forkJoin(requests(11, m.cold('200ms (v|)'), breaker).map(behind));
          const pages$ = m.cold('5s p 999ms p').pipe(mergeMap(() => page$.pipe(catchError(() => of()))));
          onEach(pages$, () => undefined);
          const look = '  5s l 999ms l 499ms l';
          const found = ' 5s h 999ms h 499ms c';
          m.expect(stateAt(m, look, breaker)).toBeObservable(found, states);
        })(),
    );

    it.each<[string, (calls: Observable<unknown>[]) => Observable<unknown>]>([
      ['forkJoin', (calls) => forkJoin(calls)],
      ['combineLatest', (calls) => combineLatest(calls)],
      ['zip', (calls) => zip(calls)],
      ['merge', (calls) => merge(...calls)],
      ['mergeMap', (calls) => of(...calls).pipe(mergeMap((call$) => call$))],
    ])(
      'by %s',
      (_, join) =>
        void marbles((m) => {
          const breaker = new CircuitBreaker({ maxProbes: 3, random: () => 0.5 });
          breaker.trip();
          const page$ = join(requests(5, m.cold('--(v|)'), breaker));
          const pages = '  5s p-----p-----p';
          const results = '5s x-----x-------v';
          const look = '   5s l-----l-----l--l';
          const found = '  5s h-----h-----h--c';
          m.expect(load(m, pages, page$)).toBeObservable(results);
          m.expect(stateAt(m, look, breaker)).toBeObservable(found, states);
        })(),
    );

    it.each([
      { n: 2, places: 1, attempts: 2 },
      { n: 4, places: 1, attempts: 3 },
      { n: 11, places: 1, attempts: 5 },
      { n: 200, places: 1, attempts: 9 },
      { n: 11, places: 10, attempts: 2 },
      { n: 200, places: 10, attempts: 7 },
    ])('$n requests and $places places: at attempt $attempts, because each loss doubles what is let in', (world) => {
      const breaker = halfOpenBreaker({ maxProbes: world.places, scheduler: new ManualScheduler() });
      const attempts = countAttempts(world.n, breaker);
      expect(attempts).toBe(world.attempts);
    });

    it.each<[string, Permit, number]>([
      ['rampUp from 0.1', rampUp({ initial: 0.1, final: 1, duration: 60_000 }), 6],
      ['rampUp that stays at 0.25', rampUp({ initial: 0.25, final: 0.25, duration: 1 }), 6],
      ['every other call', ({ admitted, denied }) => (admitted + denied) % 2 === 0, 6],
      ['admitRandom(0.5)', admitRandom(0.5), 20],
    ])('eleven requests under the permit %s', (_, permit, most) => {
      let seed = 1;
      const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
      const breaker = halfOpenBreaker({ permit, random, scheduler: new ManualScheduler() });
      const attempts = countAttempts(11, breaker);
      expect(breaker.state).toBe('closed');
      expect(attempts).toBeLessThanOrEqual(most);
    });
  });

  describe('a probe is lost', () => {
    it.each([
      ['99 ms', '99ms u', 2],
      ['100 ms', '100ms u', 2],
      ['101 ms', '101ms u', 1],
    ])(
      'if it is unsubscribed within 100 ms of a rejection after its admission: %s',
      (_, diagram, places) =>
        void marbles((m) => {
          const breaker = halfOpenBreaker({ maxProbes: 1, recovery: () => undefined });
          const probe = m.cold('-').pipe(circuitBreaker(breaker)).subscribe();
          rejectionBy(breaker);
          onEach(m.cold(diagram), () => {
            probe.unsubscribe();
            expect(fill(breaker)).toHaveLength(places);
          });
          m.flush();
          expect.assertions(1);
        })(),
    );

    it('in counted time: a step back adds nothing, a step forward counts', () => {
      const later = (...steps: number[]): number => {
        const scheduler = new ManualScheduler(1_000);
        const breaker = halfOpen(1, undefined, scheduler);
        const probe = admit(breaker);
        rejectionBy(breaker);
        for (const step of steps) {
          scheduler.step(step);
          breaker.info();
        }
        probe.unsubscribe();
        return fill(breaker).length;
      };
      expect(later(-500, 100)).toBe(2);
      expect(later(-500, 101)).toBe(1);
      expect(later(100)).toBe(2);
      expect(later(101)).toBe(1);
    });

    it('if it ends with a rejection by this breaker, or an error whose cause is one, whenever that is', () => {
      const ends: ((rejection: Error) => Error)[] = [
        (rejection) => rejection,
        (rejection) => new Error('no page', { cause: rejection }),
      ];
      for (const end of ends) {
        const scheduler = new ManualScheduler();
        const breaker = halfOpen(1, undefined, scheduler);
        const probe = admit(breaker);
        const rejection = rejectionBy(breaker);
        scheduler.pass(10_000);
        probe.error(end(rejection));
        expect(fill(breaker)).toHaveLength(2);
      }
    });

    it('not if the cause of the cause is a rejection', () => {
      const breaker = halfOpenBreaker({ maxProbes: 1, recovery: () => undefined, scheduler: new ManualScheduler() });
      const probe = admit(breaker);
      const rejection = rejectionBy(breaker);
      probe.error(new Error('no page', { cause: new Error('no answer', { cause: rejection }) }));
      expect(fill(breaker)).toHaveLength(1);
    });

    it('not if it ends with a rejection by another breaker, though of the same name', () => {
      const other = new CircuitBreaker();
      other.forceOpen();
      const breaker = halfOpen(1);
      const probe = admit(breaker);
      rejectionBy(breaker);
      probe.error(rejectionBy(other));
      expect(fill(breaker)).toHaveLength(1);
    });

    it('not if it is unsubscribed without a rejection, or the rejection came before its admission', () => {
      const breaker = halfOpen(1);
      admit(breaker).unsubscribe();
      expect(fill(breaker)).toHaveLength(1);

      const later = halfOpen(1);
      const first = admit(later);
      rejectionBy(later);
      first.complete();
      admit(later).unsubscribe();
      expect(fill(later)).toHaveLength(1);
    });

    it('not if it had settled, or settles by being unsubscribed', () => {
      const settled = halfOpen(1);
      const probe = settled.admit<string>(() => 'success');
      probe.next('value');
      const second = admit(settled);
      rejectionBy(settled);
      probe.unsubscribe();
      second.complete();
      expect(fill(settled)).toHaveLength(1);

      const taken = halfOpen(1);
      const call = admit(taken);
      call.next('value');
      rejectionBy(taken);
      call.unsubscribe();
      expect(taken.info().metric.totalCount).toBe(1);
      expect(fill(taken)).toHaveLength(1);
    });

    it('not if it is ignored for another reason', () => {
      const breaker = halfOpenBreaker({
        maxProbes: 1,
        recovery: () => undefined,
        tracker: () => false,
        scheduler: new ManualScheduler(),
      });
      const probe = admit(breaker);
      rejectionBy(breaker);
      probe.error(new Error('404'));
      expect(breaker.info().ignored).toBe(1);
      expect(fill(breaker)).toHaveLength(1);
    });
  });

  describe('the period has lost its verdict when the losses to one rejection leave no probe in flight', () => {
    it('and from then on 1 + all probes lost so are let in', () => {
      const breaker = halfOpen(3);
      unsubscribe(fill(breaker));
      const second = fill(breaker);
      expect(second).toHaveLength(4);
      unsubscribe(second);
      expect(fill(breaker)).toHaveLength(8);
    });

    it('not while another probe is in flight', () => {
      const breaker = halfOpen(3);
      const [first, ...rest] = fill(breaker);
      unsubscribe(rest);
      expect(fill(breaker)).toHaveLength(2);
      expect(first).toBeDefined();
    });

    it('not if the last of them settles', () => {
      const breaker = halfOpen(3);
      const [first, ...rest] = fill(breaker);
      unsubscribe(rest);
      first?.complete();
      expect(fill(breaker)).toHaveLength(3);
    });

    it('but if the first of them settles', () => {
      const breaker = halfOpen(3);
      const [first, ...rest] = fill(breaker);
      first?.complete();
      unsubscribe(rest);
      expect(fill(breaker)).toHaveLength(3);
      const second = halfOpen(2);
      const [settled, lost] = fill(second);
      settled?.complete();
      lost?.unsubscribe();
      unsubscribe(fill(second));
      // 1 + 2 fill the third attempt: one was lost first, and then two.
      expect(fill(second)).toHaveLength(4);
    });

    it('and only those to that rejection count', () => {
      const scheduler = new ManualScheduler();
      const breaker = halfOpen(3, undefined, scheduler);
      const [first, second, third] = fill(breaker);
      first?.unsubscribe();
      second?.unsubscribe();
      // Another rejection, to which the last one is lost.
      const more = fill(breaker);
      for (const probe of more) probe.complete();
      third?.unsubscribe();
      unsubscribe(fill(breaker));
      // 1 lost, then 3 to the next rejection: without that rule 3 and 4 more.
      expect(fill(breaker)).toHaveLength(5);
    });

    it('until the period ends', () => {
      const breaker = halfOpenBreaker({
        maxProbes: 2,
        recovery: ({ outcome }) => (outcome === 'failure' ? 'reopen' : undefined),
        retry: () => 0,
        scheduler: new ManualScheduler(),
      });
      unsubscribe(fill(breaker));
      const probes = fill(breaker);
      expect(probes).toHaveLength(3);
      probes[0]?.error(new Error('down'));
      expect(breaker.state).toBe('open');
      expect(fill(breaker)).toHaveLength(2);
      expect(breaker.state).toBe('half_open');
    });
  });

  describe('a call that is let in so', () => {
    it('is not asked of the permit, and counts as admitted', () => {
      const asked: Pick<ProbeContext, 'admitted' | 'denied' | 'inFlight'>[] = [];
      const permit: Permit = ({ admitted, denied, inFlight }) => {
        asked.push({ admitted, denied, inFlight });
        return admitted < 2;
      };
      const breaker = halfOpen(10, permit);
      unsubscribe(fill(breaker));
      expect(asked).toStrictEqual([
        { admitted: 0, denied: 0, inFlight: 0 },
        { admitted: 1, denied: 0, inFlight: 1 },
        { admitted: 2, denied: 0, inFlight: 2 },
      ]);
      asked.length = 0;
      expect(fill(breaker)).toHaveLength(3);
      expect(asked).toStrictEqual([{ admitted: 5, denied: 1, inFlight: 3 }]);
    });

    it('is beyond maxProbes; above its number the usual rule holds', () => {
      const steps: boolean[] = [true, false];
      const permit: Permit = () => steps.shift() ?? true;
      const breaker = halfOpen(4, permit);
      // One lost to the permit.
      unsubscribe(fill(breaker));
      // Two without the permit, two more with it.
      const second = fill(breaker);
      expect(second).toHaveLength(4);
      unsubscribe(second);
      expect(fill(breaker)).toHaveLength(6);
    });

    it('closes the circuit as any probe does', () => {
      const breaker = halfOpenBreaker({ maxProbes: 1, scheduler: new ManualScheduler() });
      unsubscribe(fill(breaker));
      for (const probe of fill(breaker)) probe.complete();
      expect(breaker.state).toBe('closed');
    });
  });

  // Two nearby readings grow without bound: to count all losses since, and to count the loss of the oldest alone.
  it.each([
    { n: 2, places: 1 },
    { n: 3, places: 10 },
    { n: 7, places: 10 },
    { n: 11, places: 1 },
    { n: 11, places: 10 },
    { n: 13, places: 20 },
  ])(
    '$n joined calls and $places places, 100 groups a second: no more than two groups over a hang',
    ({ n, places }) => {
      const scheduler = new VirtualTimeScheduler();
      const breaker = halfOpenBreaker({ maxProbes: places, scheduler, recovery: () => undefined });
      const call$ = NEVER.pipe(circuitBreaker(breaker));
      const group$ = forkJoin(Array<Observable<unknown>>(n).fill(call$));
      let most = 0;
      for (let group = 0; group < 3_000; group++) {
        group$.subscribe({ error: () => undefined });
        most = Math.max(most, breaker.info().inFlight);
        scheduler.maxFrames = scheduler.frame += 10;
      }
      expect(most).toBeLessThanOrEqual(places + 2 * n);
    },
  );
});
