import {
  always,
  CircuitBreaker,
  circuitBreaker,
  CircuitBreakerRegistry,
  cooldown,
  errorWhere,
  failureRate,
  failureStreak,
  minRequests,
  never,
  probes,
  type CallEvent,
  type CircuitBreakerOptions,
  type Signal,
} from 'rxjs-fluxgate';
import { callLine, callLines, readTraffic, shadow, simulate, VirtualScheduler } from 'rxjs-fluxgate/simulate';
import fc from 'fast-check';
import { concat, EMPTY, NEVER, of, throwError, timer, type Observable } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { onEach } from '../support/script.ts';

const bad = Object.assign(new Error('down'), { status: 503 });
const good$ = of('ok');
const bad$ = throwError(() => bad);

function call(breaker: CircuitBreaker, source$: Observable<unknown>) {
  return source$.pipe(circuitBreaker(breaker)).subscribe({ error: () => undefined });
}

function makeSource(options: CircuitBreakerOptions = {}) {
  const scheduler = new VirtualScheduler();
  const source = new CircuitBreaker({ name: 'payments', scheduler, ...options });
  const wait = (ms: number) => scheduler.advanceTo(scheduler.now() + ms);
  return { source, scheduler, wait };
}

const strict: CircuitBreakerOptions = { tripper: failureStreak(2), retry: cooldown(1_000), recovery: probes(1) };

describe('shadow', () => {
  it('should have a state of its own, and count what it would have rejected', () => {
    const { source, wait } = makeSource({ tripper: failureStreak(50) });
    const stricter = shadow(source, strict);
    const states = collect(stricter.state$);
    for (const source$ of [bad$, bad$, bad$, good$]) call(source, source$);
    expect([source.state, stricter.state, stricter.name]).toStrictEqual(['closed', 'open', 'payments (shadow)']);
    wait(1_000);
    expect(stricter.state).toBe('half_open');
    call(source, good$);
    expect(states).toStrictEqual(['closed', 'open', 'half_open', 'closed']);
    expect(stricter.counts).toStrictEqual({ asked: 5, good: 1, met: 2, lost: 1, spared: 1, unknown: 0 });
    expect(stricter.info()).toMatchObject({ name: 'payments (shadow)', rejected: 2, state: 'closed' });
  });

  it('should go by its state when the call began, and record nothing that is stale', () => {
    const { source, scheduler, wait } = makeSource({ tripper: failureStreak(50) });
    const stricter = shadow(source, { ...strict, tripper: failureStreak(1) });
    const answer = (delay: number) => concat(timer(delay, scheduler), bad$);
    call(source, answer(500)); // begins closed, ends half-open
    call(source, answer(10));
    wait(20);
    expect(stricter.state).toBe('open');
    call(source, answer(1_500)); // begins open, ends half-open
    wait(480);
    expect(stricter.counts).toMatchObject({ met: 2, spared: 0 });
    wait(520);
    expect(stricter.state).toBe('half_open');
    wait(1_000);
    expect(stricter.state).toBe('half_open');
    expect(stricter.counts).toMatchObject({ met: 2, spared: 1 });
  });

  it('should judge by its own tracker', () => {
    const { source } = makeSource({ tracker: errorWhere(() => false) });
    const own = shadow(source, { ...strict, tracker: errorWhere((error) => error === bad) });
    call(source, bad$);
    call(
      source,
      throwError(() => new Error('another')),
    );
    expect(own.counts).toMatchObject({ met: 1, good: 1 });
    expect(own.info().metric).toMatchObject({ totalCount: 1, failureCount: 1 });
  });

  it('should record true durations', () => {
    const { source, scheduler, wait } = makeSource();
    const own = shadow(source, strict);
    call(source, timer(250, scheduler));
    wait(300);
    expect(own.info().metric.avgDuration).toBe(250);
  });

  it('should know nothing of what the real circuit rejected, and count no cancelled call', () => {
    const { source } = makeSource({ tripper: failureStreak(1), retry: never() });
    const own = shadow(source, strict);
    call(source, NEVER).unsubscribe();
    call(source, bad$);
    call(source, bad$);
    expect(own.counts).toStrictEqual({ asked: 2, good: 0, met: 1, lost: 0, spared: 0, unknown: 1 });
    expect(own.info().metric.totalCount).toBe(1);
  });

  it('should ask its permit half-open, in the order of ends', () => {
    const { source } = makeSource({ tripper: failureStreak(50) });
    const own = shadow(source, {
      ...strict,
      retry: always(),
      permit: ({ admitted, denied }) => (admitted + denied) % 2 === 1,
      recovery: probes(9),
    });
    for (const source$ of [bad$, bad$, good$, good$, good$]) call(source, source$);
    expect(own.counts).toMatchObject({ met: 2, lost: 2, good: 1 });
  });

  it('should have the name that its options give it', () => {
    expect(shadow(makeSource().source, { name: 'own' }).name).toBe('own');
  });

  it('should subscribe to the calls of its source and to nothing else', () => {
    const { source, scheduler } = makeSource({ tripper: failureStreak(1), retry: cooldown(1_000) });
    shadow(source, { tripper: () => false });
    call(source, bad$);
    // A watched circuit would wait for its moment.
    expect([source.state, scheduler.next]).toStrictEqual(['open', Infinity]);
  });

  it('should record no call that began before it was half-open and ends while it is', () => {
    const { source, wait } = makeSource({ tripper: failureStreak(50) });
    const own = shadow(source, { ...strict, tripper: failureStreak(1) });
    const states = collect(own.state$);
    const long = source.admit();
    wait(3_000);
    long.complete();
    const late = source.admit();
    wait(10);
    source.admit().error(bad);
    wait(1_000);
    late.error(bad);
    expect([own.state, own.counts.met, own.info().metric.totalCount]).toStrictEqual(['half_open', 2, 0]);
    expect(states).toStrictEqual(['closed', 'open', 'half_open']);
  });

  it.each<[string, (boom: () => never) => CircuitBreakerOptions]>([
    ['retry', (boom) => ({ retry: boom })],
    ['permit', (boom) => ({ retry: always(), permit: boom })],
    ['recovery', (boom) => ({ retry: always(), recovery: boom })],
  ])('should affect no call if its %s throws', (_, toOptions) => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { source } = makeSource({ tripper: failureStreak(50) });
    shadow(source, {
      tripper: failureStreak(1),
      ...toOptions(() => {
        throw new Error('boom');
      }),
    });
    const errors = [1, 2, 3].map((n) => new Error(`down ${String(n)}`));
    const seen: unknown[] = [];
    for (const error of errors) {
      throwError(() => error)
        .pipe(circuitBreaker(source))
        .subscribe({ error: (e: unknown) => seen.push(e) });
    }
    expect([seen, source.state]).toStrictEqual([errors, 'closed']);
    expect(report).toHaveBeenCalledWith(new Error('boom'));
  });

  it('should affect no call, whatever its components throw', () => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const boom = (): never => {
      throw new Error('boom');
    };
    const { source } = makeSource();
    shadow(source, { tripper: boom });
    shadow(source, { tracker: boom });
    const log: unknown[] = [];
    concat(good$, bad$)
      .pipe(circuitBreaker(source))
      .subscribe({ next: (v) => log.push(v), error: (e: unknown) => log.push(e) });
    expect(log).toStrictEqual(['ok', bad]);
    expect(report).toHaveBeenCalledTimes(2);
  });

  it('should follow the scheduler that its options name', () => {
    const { source, wait } = makeSource();
    const scheduler = new VirtualScheduler();
    const own = shadow(source, { ...strict, scheduler });
    const states = collect(own.state$);
    for (let i = 0; i < 2; i++) call(source, bad$);
    wait(1_000);
    expect(own.state).toBe('open');
    scheduler.advanceTo(1_000);
    expect(states).toStrictEqual(['closed', 'open', 'half_open']);
  });

  it('should end with its source, or by dispose', () => {
    const { source } = makeSource();
    const [one, two] = [shadow(source, strict), shadow(source, strict)];
    const [first, second] = [collect(one.signal$), collect(two.state$)];
    one.dispose();
    expect(first).toStrictEqual(['|']);
    call(source, good$);
    expect([one.counts.asked, two.counts.asked]).toStrictEqual([0, 1]);
    source.dispose();
    expect(second).toStrictEqual(['closed', '|']);
  });

  it('should follow each circuit of a registry from its first call', () => {
    const registry = new CircuitBreakerRegistry({ tripper: failureStreak(50) });
    const shadows = shadow(registry, (name) => ({ ...strict, tripper: failureStreak(name === 'a' ? 1 : 2) }));
    const signals = collect(shadows.signal$) as Signal[];
    expect(shadows.get('a')).toBeUndefined();
    for (const name of ['a', 'b', 'a']) call(registry.get(name), bad$);
    expect([...shadows].map(({ name, state }) => `${name} ${state}`)).toStrictEqual([
      'a (shadow) open',
      'b (shadow) closed',
    ]);
    expect(shadows.counts).toStrictEqual({ asked: 3, good: 0, met: 2, lost: 0, spared: 1, unknown: 0 });
    expect(signals.map(({ name }) => name)).toStrictEqual(['a (shadow)']);
    shadows.dispose();
    call(registry.get('a'), bad$);
    expect(shadows.counts.asked).toBe(3);
  });

  describe('of a bounded registry', () => {
    function setUp() {
      const registry = new CircuitBreakerRegistry({ tripper: failureStreak(50) }, { maxSize: 2 });
      const shadows = shadow(registry, { ...strict, tripper: failureStreak(1) });
      const namesNow = () => Array.from(shadows, ({ name }) => name);
      return { registry, shadows, namesNow };
    }

    it('should end with its circuit, evicted or deleted, and keep its counts in the sum', () => {
      const { registry, shadows, namesNow } = setUp();
      const removed: unknown[] = [];
      onEach(shadows.removed$, ({ name, state, counts }) => removed.push([name, state, counts.asked]));
      const a = registry.get('a');
      for (const source$ of [bad$, bad$, good$]) call(a, source$);
      const states = collect(shadows.get('a')!.state$);
      const calls = collect(shadows.get('a')!.call$);
      for (const key of ['b', 'c']) call(registry.get(key), good$);
      expect([registry.has('a'), shadows.get('a'), namesNow()]).toStrictEqual([
        false,
        undefined,
        ['b (shadow)', 'c (shadow)'],
      ]);
      expect([removed, states, calls]).toStrictEqual([[['a (shadow)', 'open', 3]], ['open', '|'], ['|']]);
      registry.delete('b');
      expect(namesNow()).toStrictEqual(['c (shadow)']);
      expect(shadows.counts).toStrictEqual({ asked: 5, good: 2, met: 1, lost: 1, spared: 1, unknown: 0 });
    });

    it('should begin again, closed, when the circuit comes back', () => {
      const { registry, shadows } = setUp();
      const signals = collect(shadows.signal$) as Signal[];
      call(registry.get('a'), bad$);
      registry.delete('a');
      call(registry.get('a'), good$);
      expect(shadows.get('a')?.state).toBe('closed');
      call(registry.get('a'), bad$);
      expect(signals.map(({ newState }) => newState)).toStrictEqual(['open', 'open']);
      expect(shadows.counts).toMatchObject({ asked: 3, met: 2, good: 1 });
    });

    it('should not announce the removal of a circuit that was never called', () => {
      const { registry, shadows } = setUp();
      const removed = collect(shadows.removed$);
      registry.get('a');
      registry.delete('a');
      expect(removed).toStrictEqual([]);
    });

    it('should stay while another breaker of the registry has the name', () => {
      const registry = new CircuitBreakerRegistry((key) => ({ name: key.split('/')[0]! }));
      const early = registry.get('stock/0');
      const shadows = shadow(registry, strict);
      call(early, good$);
      call(registry.get('stock/1'), good$);
      registry.delete('stock/0');
      expect(shadows.get('stock')?.counts.good).toBe(2);
      registry.delete('stock/1');
      expect(shadows.get('stock')).toBeUndefined();
    });

    it('should know the circuit of a call that was made before it was announced, and forget that too', () => {
      const registry = new CircuitBreakerRegistry();
      const early = onEach(registry.added$, (breaker) => breaker.admit().complete());
      const shadows = shadow(registry, strict);
      registry.get('a');
      expect(shadows.get('a')?.counts.good).toBe(1);
      early.unsubscribe();
      registry.delete('a');
      expect([...shadows]).toStrictEqual([]);
    });

    it('should not be made for a circuit that another subscriber of the call removes', () => {
      const registry = new CircuitBreakerRegistry();
      onEach(registry.call$, ({ name }) => registry.delete(name));
      const shadows = shadow(registry, strict);
      call(registry.get('a'), good$);
      expect([...shadows]).toStrictEqual([]);
    });

    it('should keep no more shadows than there are circuits, whatever comes and goes', () => {
      const { registry, shadows } = setUp();
      for (let i = 0; i < 1_000; i++) call(registry.get(`tenant-${String(i)}`), bad$);
      expect([...shadows]).toHaveLength(2);
      expect(shadows.counts).toMatchObject({ asked: 1_000, met: 1_000 });
    });
  });

  it('should have the scheduler of its own circuit, if those of a registry differ', () => {
    const schedulers = new Map(['a', 'b'].map((key) => [key, new VirtualScheduler()]));
    const registry = new CircuitBreakerRegistry((key) => ({ scheduler: schedulers.get(key)! }));
    const shadows = shadow(registry, { ...strict, tripper: failureStreak(1) });
    const states = collect(shadows.signal$) as Signal[];
    for (const key of ['a', 'b']) call(registry.get(key), bad$);
    schedulers.get('b')!.advanceTo(1_000);
    expect(states.map(({ name, newState }) => `${name} ${newState}`)).toStrictEqual([
      'a (shadow) open',
      'b (shadow) open',
      'b (shadow) half_open',
    ]);
  });

  it('should announce the end of each shadow when the registry ends, and be over at once if it has ended', () => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const registry = new CircuitBreakerRegistry();
    const shadows = shadow(registry, strict);
    for (const key of ['a', 'b']) call(registry.get(key), good$);
    const [a, b] = shadows;
    const removed = collect(shadows.removed$);
    registry.dispose();
    expect(removed).toStrictEqual([a, b, '|']);
    expect(shadows.counts.good).toBe(2);
    expect(collect(shadow(registry, strict).signal$)).toStrictEqual(['|']);
    expect(report).not.toHaveBeenCalled();
  });

  it('should refuse what is no source, and options that are wrong', () => {
    expect(() => shadow({} as never, {})).toThrow('source must be a CircuitBreaker or a CircuitBreakerRegistry');
    expect(() => shadow(new CircuitBreaker(), { maxProbes: 0 })).toThrow(RangeError);
    expect(() => shadow(new CircuitBreakerRegistry(), { maxProbes: 0 })).toThrow(RangeError);
    expect(() => shadow(new CircuitBreaker(), (() => ({})) as never)).toThrow(TypeError);
    for (const source of [new CircuitBreaker(), new CircuitBreakerRegistry()]) {
      for (const options of [null, undefined, 5, []]) {
        expect(() => shadow(source as never, options as never)).toThrow(
          'shadow: options of one breaker must be an object, got ',
        );
      }
    }
    expect(() => shadow({ call$: NEVER } as never, {})).toThrow('source must be a CircuitBreaker');
  });

  it('should report options of a registry that are none, and affect no call', () => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const registry = new CircuitBreakerRegistry();
    shadow(registry, () => null as never);
    call(registry.get('a'), good$);
    expect(report.mock.calls).toMatchObject([
      [{ message: 'shadow: options of one breaker must be an object, got null' }],
    ]);
  });

  it('should give the signals that a simulation of the same calls gives', async () => {
    const rows = fc.array(
      fc.tuple(
        fc.double({ min: 0.5, max: 90, noNaN: true }),
        fc.double({ min: 0.5, max: 60, noNaN: true }),
        fc.boolean(),
      ),
      { minLength: 20, maxLength: 120, size: 'max' },
    );
    const tripper = fc.constantFrom(failureStreak(2), minRequests(4).and(failureRate(0.5)));
    let signals = 0;
    await fc.assert(
      fc.asyncProperty(rows, tripper, async (steps, given) => {
        const options: CircuitBreakerOptions = {
          tripper: given,
          retry: cooldown(333.3),
          recovery: probes(1),
          name: 'same',
        };
        const { source, scheduler, wait } = makeSource();
        source.metricsOnly();
        const events = collect(source.call$) as CallEvent[];
        const own = shadow(source, options);
        const live = collect(own.signal$) as Signal[];
        for (const [gap, duration, isGood] of steps) {
          wait(gap);
          call(source, concat(timer(duration, scheduler), isGood ? EMPTY : bad$));
        }
        wait(60);
        const { signals: replayed, to } = simulate(await readTraffic(events.map(callLine), callLines()), {
          ...options,
          maxProbes: 1_000,
        });
        const essence = ({ oldState, newState, timestamp, detail }: Signal) =>
          `${oldState} ${newState} ${timestamp.toFixed(6)} ${detail.replace(/[\d.]+ ms/, '')}`;
        expect(live.filter(({ timestamp }) => timestamp <= to).map(essence)).toStrictEqual(replayed.map(essence));
        signals += live.length;
      }),
      { numRuns: 60 },
    );
    expect(signals).toBeGreaterThan(100);
  }, 30_000);
});
