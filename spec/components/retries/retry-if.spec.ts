import {
  CircuitBreaker,
  circuitBreaker,
  probes,
  retryIf,
  type Opening,
  type RetryIfOptions,
  type State,
} from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { marbles } from '../../support/marbles.ts';

const states: Record<string, State> = { c: 'closed', o: 'open', h: 'half_open', d: 'disabled' };

describe('retryIf', () => {
  it(
    'should ask every second by default, for the first time a second after the opening, until the answer is yes',
    marbles((m) => {
      const asked: number[] = [];
      const yes = (): boolean => asked.push(m.scheduler.now()) === 3;
      const breaker = new CircuitBreaker({ retry: retryIf(yes) });
      const expected = 'c 4ms o 2999ms h';
      m.scheduler.schedule(() => breaker.trip(), 5);
      m.expect(breaker.state$).toBeObservable(expected, states);
      m.flush();
      expect(asked).toStrictEqual([1_005, 2_005, 3_005]);
    }),
  );

  it.each([
    { at: 49, expected: 'o 49ms h' },
    { at: 50, expected: 'o 49ms h' },
    { at: 51, expected: 'o 99ms h' },
  ])('should ask every 50 ms if asked to: true from $at ms on', ({ at, expected }) => {
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: retryIf(() => m.scheduler.now() >= at, { every: 50 }) });
      breaker.trip();
      m.expect(breaker.state$).toBeObservable(expected, states);
    })();
  });

  it(
    'should ask while unwatched, too',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: retryIf(() => true, { every: 5 }) });
      breaker.trip();
      const source = m.cold('      a|');
      const start = '         -----^ ';
      const expected = '      -----a|';
      m.scheduler.schedule(() => expect(breaker.state).toBe('open'), 4);
      m.expect(source.pipe(circuitBreaker(breaker)), start).toBeObservable(expected);
    }),
  );

  it.each<[string, (breaker: CircuitBreaker) => void]>([
    ['reset', (breaker) => breaker.reset()],
    ['disabled', (breaker) => breaker.disable()],
    ['forced open', (breaker) => breaker.forceOpen()],
    ['disposed', (breaker) => breaker.dispose()],
  ])('should ask no more once the circuit is %s', (_how, leave) => {
    marbles((m) => {
      const predicate = vi.fn(() => false);
      const breaker = new CircuitBreaker({ retry: retryIf(predicate, { every: 10 }) });
      breaker.trip();
      m.scheduler.schedule(() => leave(breaker), 25);
      m.flush();
      expect(predicate).toHaveBeenCalledTimes(2);
      expect(m.scheduler.now()).toBe(25);
    })();
  });

  it(
    'should ask no more once it has itself caused the circuit to leave',
    marbles((m) => {
      const predicate = vi.fn(() => {
        breaker.reset();
        return false;
      });
      const breaker = new CircuitBreaker({ retry: retryIf(predicate, { every: 10 }) });
      breaker.trip();
      m.flush();
      expect(predicate).toHaveBeenCalledOnce();
      expect(m.scheduler.now()).toBe(10);
    }),
  );

  it(
    'should ask again at each opening, with that opening',
    marbles((m) => {
      const asked: Pick<Opening, 'changedAt' | 'reopens'>[] = [];
      const predicate = ({ changedAt, reopens }: Opening): boolean => {
        asked.push({ changedAt, reopens });
        return true;
      };
      const breaker = new CircuitBreaker({ retry: retryIf(predicate, { every: 10 }), recovery: probes(1) });
      breaker.trip();
      const source = m.cold(' --#');
      const start = '         10ms ^-';
      const expected = '      10ms --#';
      m.expect(source.pipe(circuitBreaker(breaker)), start).toBeObservable(expected);
      m.flush();
      expect(asked).toStrictEqual([
        { changedAt: 0, reopens: 0 },
        { changedAt: 12, reopens: 1 },
      ]);
    }),
  );

  it('should have no moment to be due at', () => {
    const breaker = new CircuitBreaker({ retry: retryIf(() => true) });
    breaker.trip();
    expect(breaker.info().retryAt).toBeUndefined();
    breaker.dispose();
  });

  it.each<[unknown, unknown, ErrorConstructor, RegExp]>([
    [undefined, {}, TypeError, /^retryIf: check must be a function, got undefined$/],
    [true, {}, TypeError, /^retryIf: check must be a function, got true$/],
    [() => true, { every: 0 }, RangeError, /^retryIf: every must be a finite number of ms above 0, got 0$/],
    [() => true, { every: -1 }, RangeError, /^retryIf: every .* got -1$/],
    [() => true, { every: NaN }, RangeError, /^retryIf: every .* got NaN$/],
    [() => true, { every: Infinity }, RangeError, /^retryIf: every .* got Infinity$/],
    [() => true, { every: '5' }, TypeError, /^retryIf: every .* got "5"$/],
    [() => true, { max: 0 }, RangeError, /^retryIf: max must be a finite number of ms above 0, got 0$/],
    [() => true, { max: NaN }, RangeError, /^retryIf: max .* got NaN$/],
    [() => true, { max: '5' }, TypeError, /^retryIf: max .* got "5"$/],
    [() => true, { evry: 5 }, TypeError, /^retryIf got an unknown option "evry"; it takes every, max$/],
    [() => true, 5, TypeError, /^retryIf: options must be an object, got 5$/],
  ])('should refuse retryIf(%o, %o)', (predicate, options, type, message) => {
    const make = (): unknown => retryIf(predicate as () => boolean, options as RetryIfOptions);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });

  it('should take undefined for the defaults', () => {
    expect(() => retryIf(() => true, { every: undefined, max: undefined })).not.toThrow();
  });
});
