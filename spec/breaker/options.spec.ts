import {
  admitAll,
  always,
  anyError,
  byTripper,
  CircuitBreaker,
  circuitBreaker,
  countWindow,
  failureStreak,
  type CircuitBreakerOptions,
  type Signal,
} from 'rxjs-fluxgate';
import { asyncScheduler, of } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { resolveOptions } from '../../lib/breaker/resolve-options.ts';

const NAMES = [
  'name',
  'window',
  'tracker',
  'untracked',
  'tripper',
  'retry',
  'permit',
  'recovery',
  'maxProbes',
  'probeTimeout',
  'listeners',
  'scheduler',
  'random',
] as const;

const UNDEFINED: Partial<Record<string, undefined>> = Object.fromEntries(NAMES.map((name) => [name, undefined]));

describe('CircuitBreakerOptions', () => {
  describe('the defaults', () => {
    it('should be those of the documentation', () => {
      const settings = resolveOptions({});
      expect(settings).toMatchObject({
        name: 'circuit-breaker',
        untracked: 'ignored',
        maxProbes: 10,
        probeTimeout: 60_000,
        listeners: [],
        scheduler: asyncScheduler,
      });
      expect(String(settings.window)).toBe('timeWindow(60000)');
      expect(String(settings.tracker)).toBe('anyError()');
      expect(String(settings.tripper)).toBe(
        'minRequests(20).and(failureRate(0.5)).or(failureStreak(20)).or(failureStreak(5).and(minRequests(20).not()))',
      );
      expect(String(settings.retry)).toBe('backoff({ initial: 5000, max: 60000, jitter: 0.2 })');
      expect(String(settings.permit)).toBe('admitAll()');
      expect(String(settings.recovery)).toBe('probes(3, { maxFailureRate: 0.34 })');
    });

    it('should stand for undefined', () => {
      expect(resolveOptions(UNDEFINED)).toStrictEqual(resolveOptions({}));
    });

    it('should not stand for what is inherited or computed, which is read once', () => {
      const names = ['stock', undefined];
      const options = Object.create(
        { maxProbes: 3 },
        { name: { enumerable: true, get: () => names.shift() } },
      ) as object;
      expect(resolveOptions(options)).toMatchObject({ name: 'stock', maxProbes: 3 });
    });

    it('should draw from Math.random', () => {
      vi.spyOn(Math, 'random').mockReturnValue(0.25);
      expect(resolveOptions({}).random()).toBe(0.25);
    });

    it('should be enough for a breaker', () => {
      expect(new CircuitBreaker().state).toBe('closed');
      expect(new CircuitBreaker(undefined).name).toBe('circuit-breaker');
      expect(new CircuitBreaker(UNDEFINED).name).toBe('circuit-breaker');
    });
  });

  it('should all be taken', () => {
    const options: Required<CircuitBreakerOptions> = {
      name: 'payments',
      window: countWindow(1),
      tracker: anyError(),
      untracked: 'success',
      tripper: failureStreak(1),
      retry: always(),
      permit: admitAll(),
      recovery: byTripper(),
      maxProbes: 1,
      probeTimeout: 0.5,
      listeners: [() => undefined],
      scheduler: asyncScheduler,
      random: () => 0,
    };
    expect(Object.keys(options)).toStrictEqual([...NAMES]);
    expect(resolveOptions(options)).toStrictEqual(options);
  });

  it.each<[string, unknown, ErrorConstructor, string]>([
    ['name', 5, TypeError, 'name must be a string, got 5'],
    ['name', null, TypeError, 'name must be a string, got null'],
    ['window', countWindow(1)(), TypeError, 'window must be a function, got an object'],
    ['window', 100, TypeError, 'window must be a function, got 100'],
    ['window', null, TypeError, 'window must be a function, got null'],
    ['tracker', 'Error', TypeError, 'tracker must be a Tracker or a function, got "Error"'],
    ['tracker', null, TypeError, 'tracker must be a Tracker or a function, got null'],
    ['tracker', {}, TypeError, 'tracker must be a Tracker or a function, got an object'],
    ['tracker', failureStreak(1), TypeError, 'tracker must be a Tracker or a function, got an object'],
    [
      'untracked',
      'failure',
      TypeError,
      `untracked must be 'ignored', 'success' or a function of the error, got "failure"`,
    ],
    ['untracked', null, TypeError, `untracked must be 'ignored', 'success' or a function of the error, got null`],
    ['untracked', true, TypeError, `untracked must be 'ignored', 'success' or a function of the error, got true`],
    ['tripper', 0.5, TypeError, 'tripper must be a Tripper or a function, got 0.5'],
    ['tripper', null, TypeError, 'tripper must be a Tripper or a function, got null'],
    ['tripper', [failureStreak(1)], TypeError, 'tripper must be a Tripper or a function, got an array'],
    ['tripper', anyError(), TypeError, 'tripper must be a Tripper or a function, got an object'],
    ['retry', 60_000, TypeError, 'retry must be a function, got 60000'],
    ['retry', of(1), TypeError, 'retry must be a function, got an object'],
    ['permit', 0.1, TypeError, 'permit must be a function, got 0.1'],
    ['permit', null, TypeError, 'permit must be a function, got null'],
    ['recovery', 'close', TypeError, 'recovery must be a function, got "close"'],
    ['recovery', 3, TypeError, 'recovery must be a function, got 3'],
    ['maxProbes', 0, RangeError, 'maxProbes must be an integer of at least 1, got 0'],
    ['maxProbes', -1, RangeError, 'maxProbes must be an integer of at least 1, got -1'],
    ['maxProbes', 1.5, RangeError, 'maxProbes must be an integer of at least 1, got 1.5'],
    ['maxProbes', NaN, RangeError, 'maxProbes must be an integer of at least 1, got NaN'],
    ['maxProbes', '10', TypeError, 'maxProbes must be an integer of at least 1, got "10"'],
    ['maxProbes', null, TypeError, 'maxProbes must be an integer of at least 1, got null'],
    ['probeTimeout', 0, RangeError, 'probeTimeout must be a finite number of ms above 0, got 0'],
    ['probeTimeout', -1, RangeError, 'probeTimeout must be a finite number of ms above 0, got -1'],
    ['probeTimeout', NaN, RangeError, 'probeTimeout must be a finite number of ms above 0, got NaN'],
    ['probeTimeout', '60s', TypeError, 'probeTimeout must be a finite number of ms above 0, got "60s"'],
    ['listeners', () => 1, TypeError, 'listeners must be an iterable of functions, got a function'],
    ['listeners', null, TypeError, 'listeners must be an iterable of functions, got null'],
    ['listeners', 5, TypeError, 'listeners must be an iterable of functions, got 5'],
    ['listeners', [() => 1, 5], TypeError, 'listeners: each listener must be a function, got 5'],
    ['listeners', [undefined], TypeError, 'listeners: each listener must be a function, got undefined'],
    [
      'listeners',
      [countWindow],
      TypeError,
      'listeners: each listener must be a component, got the factory countWindow itself; call it: countWindow(…)',
    ],
    ['recovery', Object.assign(() => undefined, { slowAfter: -1 }), RangeError, 'recovery: slowAfter must be a finite'],
    ['listeners', 'log', TypeError, 'listeners: each listener must be a function, got "l"'],
    ['scheduler', {}, TypeError, 'scheduler must be a SchedulerLike with now() and schedule(), got an object'],
    ['scheduler', null, TypeError, 'scheduler must be a SchedulerLike with now() and schedule(), got null'],
    ['scheduler', { now: () => 0 }, TypeError, 'scheduler must be a SchedulerLike with now() and schedule(), got'],
    ['scheduler', { schedule: () => 0 }, TypeError, 'scheduler must be a SchedulerLike with now() and schedule(), got'],
    ['random', 0.5, TypeError, 'random must be a function, got 0.5'],
    ['random', null, TypeError, 'random must be a function, got null'],
    ['retries', always(), TypeError, 'CircuitBreaker got an unknown option "retries"; it takes name, window, '],
    ['Name', 'payments', TypeError, 'CircuitBreaker got an unknown option "Name"; it takes name, '],
  ])('should refuse %s: %o, in a breaker and in an operator', (option, value, type, message) => {
    const options = { [option]: value } as CircuitBreakerOptions;
    for (const make of [() => new CircuitBreaker(options), () => circuitBreaker(options)]) {
      expect(make).toThrow(type);
      expect(make).toThrow(message);
    }
  });

  it.each([
    [null, 'null'],
    [5, '5'],
    ['payments', '"payments"'],
    [() => 1, 'a function'],
  ])('should refuse what are no options: %o', (options, got) => {
    for (const make of [
      () => new CircuitBreaker(options as CircuitBreakerOptions),
      () => circuitBreaker(options as CircuitBreakerOptions),
    ]) {
      expect(make).toThrow(TypeError);
      expect(make).toThrow(
        new RegExp(`(: options must be an object|a CircuitBreaker or an object of options), got ${got}$`),
      );
    }
  });

  it.each([
    [null, /^circuitBreaker: options must be an object, got null$/],
    [() => 'success', /^circuitBreaker: options must be an object, got a function$/],
    [{ clasify: () => 'success' }, /^circuitBreaker got an unknown option "clasify"; it takes classify$/],
    [{ classify: 'success' }, /^circuitBreaker: classify must be a function, got "success"$/],
    [{ classify: null }, /^circuitBreaker: classify must be a function, got null$/],
  ])('should refuse a config of %o', (config, message) => {
    const make = (): unknown => circuitBreaker(new CircuitBreaker(), config as object);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  it('should refuse a classifier that is no function', () => {
    const classify = 'success' as unknown as () => 'success';
    expect(() => new CircuitBreaker().admit(classify)).toThrow(TypeError);
    expect(() => new CircuitBreaker().admit(classify)).toThrow('classify must be a function, got "success"');
  });

  describe('listeners', () => {
    it('may come from an iterable that runs once', () => {
      const received: string[] = [];
      function* listeners(): Generator<(signal: Signal) => void> {
        yield ({ newState }) => void received.push(`first ${newState}`);
        yield ({ newState }) => void received.push(`second ${newState}`);
      }
      const breaker = new CircuitBreaker({ listeners: listeners() });
      breaker.trip();
      breaker.reset();
      expect(received).toStrictEqual(['first open', 'second open', 'first closed', 'second closed']);
    });

    it('may come from an iterable that runs once in an operator that is applied twice', () => {
      const received: string[] = [];
      const listeners = [({ newState }: Signal) => void received.push(newState)].values();
      const guard = circuitBreaker<number>({ listeners, tripper: ({ successes }) => successes > 0 });
      for (const source of [of(1), of(2)]) source.pipe(guard).subscribe({ error: () => undefined });
      expect(received).toStrictEqual(['open', 'open']);
    });

    it('may be a Set', () => {
      const received: string[] = [];
      const breaker = new CircuitBreaker({
        listeners: new Set([({ newState }: Signal) => void received.push(newState)]),
      });
      breaker.trip();
      expect(received).toStrictEqual(['open']);
    });
  });

  it('should not change with the object that they were given in', () => {
    const received: string[] = [];
    const listeners = [({ newState }: Signal) => void received.push(newState)];
    const options = { name: 'payments', maxProbes: 1, listeners };
    const breaker = new CircuitBreaker(options);
    options.name = 'stock';
    listeners.push(() => void received.push('late'));
    breaker.trip();
    expect([breaker.name, breaker.info().name, ...received]).toStrictEqual(['payments', 'payments', 'open']);
  });

  it('should make many breakers', () => {
    const options = Object.freeze({ name: 'payments', tripper: failureStreak(1) });
    const [one, other] = [new CircuitBreaker(options), new CircuitBreaker(options)];
    one.trip();
    expect([one.state, other.state]).toStrictEqual(['open', 'closed']);
  });
});
