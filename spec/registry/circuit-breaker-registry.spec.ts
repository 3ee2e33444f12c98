import { map, NEVER, of, take } from 'rxjs';
import {
  always,
  CircuitBreaker,
  circuitBreaker,
  CircuitBreakerRegistry,
  cooldown,
  failureStreak,
  type Metric,
  type RegistryOptions,
  type State,
} from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { marbles } from '../support/marbles.ts';
import { fail, onEach, runScript, stateAt, succeed } from '../support/script.ts';

const down = new Error('down');

function names(registry: CircuitBreakerRegistry): string[] {
  return [...registry].map(({ name }) => name);
}

/** Opens it again, whatever it was. */
function restart(breaker: CircuitBreaker): void {
  breaker.reset();
  breaker.trip();
}

/** What a registry signals, as `name:state`. */
function changes(registry: CircuitBreakerRegistry): unknown[] {
  return collect(registry.signal$.pipe(map(({ name, newState }) => `${name}:${newState}`)));
}

describe('CircuitBreakerRegistry', () => {
  describe('get', () => {
    it('should make a breaker for a key once, named by it', () => {
      const registry = new CircuitBreakerRegistry();
      const stock = registry.get('stock');
      expect(stock).toBeInstanceOf(CircuitBreaker);
      expect(stock.name).toBe('stock');
      expect(registry.get('stock')).toBe(stock);
      expect(registry.get('payments')).not.toBe(stock);
    });

    it('should give all the same options, also when they can be read only once', () => {
      const listener = vi.fn();
      const once = (function* () {
        yield listener;
      })();
      const registry = new CircuitBreakerRegistry({ tripper: failureStreak(1), listeners: once });
      for (const key of ['a', 'b']) {
        fail(registry.get(key));
        expect(registry.get(key).state).toBe('open');
      }
      expect(listener).toHaveBeenCalledTimes(2);
    });

    it('should ask a function for the options of each key, once', () => {
      const options = vi.fn((key: string) => ({ tripper: failureStreak(key === 'fragile' ? 1 : 2) }));
      const registry = new CircuitBreakerRegistry(options);
      for (const key of ['fragile', 'robust']) fail(registry.get(key));
      expect(registry.get('fragile').state).toBe('open');
      expect(registry.get('robust').state).toBe('closed');
      expect(options.mock.calls).toStrictEqual([['fragile'], ['robust']]);
    });

    it('should let a function name the breaker, and else name it by its key', () => {
      const registry = new CircuitBreakerRegistry((key) => ({ name: key === 'a' ? 'first' : undefined }));
      expect(registry.get('a').name).toBe('first');
      expect(registry.get('b').name).toBe('b');
    });

    it('should take keys that objects have as properties', () => {
      const registry = new CircuitBreakerRegistry();
      for (const key of ['__proto__', 'constructor', '']) expect(registry.get(key).name).toBe(key);
      expect(registry.size).toBe(3);
    });

    it('should answer the breaker that the function has asked for itself', () => {
      const registry: CircuitBreakerRegistry = new CircuitBreakerRegistry((key) => {
        if (registry.size === 0 && asked++ === 0) inner = registry.get(key);
        return {};
      });
      let asked = 0;
      let inner: CircuitBreaker | undefined;
      expect(registry.get('a')).toBe(inner);
      expect(registry.size).toBe(1);
    });

    it('should throw what the function throws, and keep nothing', () => {
      const registry = new CircuitBreakerRegistry(() => {
        throw down;
      });
      expect(() => registry.get('stock')).toThrow(down);
      expect(registry.size).toBe(0);
    });
  });

  describe('the bound', () => {
    it('should evict the least recently used', () => {
      const registry = new CircuitBreakerRegistry({}, { maxSize: 2 });
      for (const key of ['a', 'b', 'a', 'c']) registry.get(key);
      expect(names(registry)).toStrictEqual(['a', 'c']);
      expect([registry.has('a'), registry.has('b')]).toStrictEqual([true, false]);
    });

    it('should be kept with each new key', () => {
      const registry = new CircuitBreakerRegistry({}, { maxSize: 20 });
      for (let i = 0; i < 50; i++) {
        registry.get(String(i));
        expect(registry.size).toBe(Math.min(i + 1, 20));
      }
    });

    it('should not count a look by has, iteration or size as use', () => {
      const registry = new CircuitBreakerRegistry({}, { maxSize: 2 });
      for (const key of ['a', 'b']) registry.get(key);
      expect([registry.has('a'), names(registry), registry.size]).toStrictEqual([true, ['a', 'b'], 2]);
      registry.get('c');
      expect(names(registry)).toStrictEqual(['b', 'c']);
    });

    it.each([
      ['open', (breaker: CircuitBreaker) => breaker.trip()],
      ['forced open', (breaker: CircuitBreaker) => breaker.forceOpen()],
      ['disabled', (breaker: CircuitBreaker) => breaker.disable()],
      ['metrics_only', (breaker: CircuitBreaker) => breaker.metricsOnly()],
      ['in use by a call in flight', (breaker: CircuitBreaker) => void breaker.admit()],
    ])('should keep one that is %s', (_, use) => {
      const registry = new CircuitBreakerRegistry({}, { maxSize: 2 });
      const used = registry.get('used');
      use(used);
      for (const key of ['a', 'b', 'c']) registry.get(key);
      expect(names(registry)).toStrictEqual(['used', 'c']);
      expect(registry.get('used')).toBe(used);
    });

    it.each(['metricsOnly', 'disable'] as const)(
      'should keep one with a call in flight, also after %s()',
      (command) => {
        const registry = new CircuitBreakerRegistry({}, { maxSize: 1 });
        const used = registry.get('used');
        used[command]();
        const call = used.admit();
        for (const key of ['a', 'b', 'c']) registry.get(key);
        expect(registry.get('used')).toBe(used);
        call.complete();
        for (const key of ['a', 'b', 'c']) registry.get(key)[command]();
        expect(registry.has('used')).toBe(false);
      },
    );

    it('should keep one that is half-open while it has probes', () => {
      const registry = new CircuitBreakerRegistry({ retry: always() }, { maxSize: 1 });
      registry.get('used').trip();
      const probe = registry.get('used').admit();
      expect(registry.get('used').state).toBe('half_open');
      registry.get('a');
      expect(names(registry)).toStrictEqual(['used', 'a']);
      probe.unsubscribe();
      registry.get('b');
      expect(names(registry)).toStrictEqual(['b']);
    });

    it('should forget closed ones first, then those that could be tried again', () => {
      const time = new ManualScheduler();
      const registry = new CircuitBreakerRegistry({ retry: cooldown(10), scheduler: time }, { maxSize: 3 });
      for (const key of ['waits', 'due', 'closed']) registry.get(key);
      registry.get('due').trip();
      time.pass(5);
      registry.get('waits').trip();
      time.pass(5);

      registry.get('a');
      expect(names(registry)).toStrictEqual(['waits', 'due', 'a']);
      registry.get('a').trip();
      registry.get('b');
      expect(names(registry)).toStrictEqual(['waits', 'a', 'b']);
    });

    it('should forget one that was disposed', () => {
      const registry = new CircuitBreakerRegistry({}, { maxSize: 1 });
      registry.get('a').dispose();
      registry.get('b');
      expect(names(registry)).toStrictEqual(['b']);
    });

    it('should ask no window', () => {
      const getMetric = vi.fn<() => Metric>();
      const window = { record: () => undefined, getMetric, reset: () => undefined };
      const registry = new CircuitBreakerRegistry({ window: () => window, tripper: failureStreak(1) }, { maxSize: 1 });
      for (const key of ['a', 'b']) registry.get(key);
      expect(names(registry)).toStrictEqual(['b']);
      expect(getMetric).not.toHaveBeenCalled();
    });

    it('should be larger only while more are in use, and never forget the one just made', () => {
      const registry = new CircuitBreakerRegistry({}, { maxSize: 1 });
      for (const key of ['a', 'b', 'c']) registry.get(key).trip();
      registry.get('new');
      expect(names(registry)).toStrictEqual(['a', 'b', 'c', 'new']);

      for (const key of ['a', 'b', 'c']) registry.get(key).reset();
      registry.get('newer');
      expect(names(registry)).toStrictEqual(['newer']);
    });

    it('should evict those that a command made metrics_only, but last', () => {
      const registry = new CircuitBreakerRegistry({}, { maxSize: 100 });
      for (let i = 0; i < 500; i++) registry.get(`trial-${String(i)}`).metricsOnly();
      expect(registry.size).toBe(100);
      for (let i = 0; i < 99; i++) registry.get(`closed-${String(i)}`);
      for (let i = 0; i < 300; i++) registry.get(`more-${String(i)}`);
      expect(registry.size).toBe(100);
    });

    it('should hold in metrics_only for all, by added$, also for one made again', () => {
      const registry = new CircuitBreakerRegistry({ tripper: failureStreak(1) }, { maxSize: 2 });
      onEach(registry.added$, (breaker) => breaker.metricsOnly());
      for (const key of ['a', 'b', 'c', 'd', 'a']) {
        fail(registry.get(key));
        expect(registry.get(key).state).toBe('metrics_only');
        expect(registry.size).toBeLessThanOrEqual(2);
      }
    });

    describe('under a flood of keys that are asked for once', () => {
      it.each([50, 100, 150, 1_000])(
        'should let a dependency open that is called between every %d of them',
        (flood) => {
          const registry = new CircuitBreakerRegistry({ tripper: failureStreak(5) }, { maxSize: 100 });
          let made = 0;
          for (let call = 0; call < 50 && registry.get('stock').state === 'closed'; call++) {
            fail(registry.get('stock'));
            for (let i = 0; i < flood; i++) succeed(registry.get(String(made++)));
          }
          expect(registry.get('stock').state).toBe('open');
          expect(registry.size).toBe(100);
        },
      );

      it('should keep keys asked for again even while more than fit are in use', () => {
        const registry = new CircuitBreakerRegistry({}, { maxSize: 100 });
        const often = Array.from({ length: 15 }, (_, i) => registry.get(`often-${String(i)}`));
        for (const { name } of often) registry.get(name);
        for (let i = 0; i < 500; i++) registry.get(`busy-${String(i)}`).admit();
        expect(often.map(({ name }) => registry.get(name))).toStrictEqual(often);
        expect(registry.size).toBe(515);
      });

      it('should keep no key forever because it was asked for twice', () => {
        const registry = new CircuitBreakerRegistry({}, { maxSize: 10 });
        for (let i = 0; i < 100; i++) for (let times = 0; times < 2; times++) registry.get(String(i));
        expect(registry.size).toBe(10);
        expect(registry.has('99')).toBe(true);
        expect(registry.has('1')).toBe(false);
      });
    });

    it.each([
      ['in flight', (breaker: CircuitBreaker) => void breaker.admit()],
      ['open', (breaker: CircuitBreaker) => breaker.trip()],
      ['idle', () => undefined],
    ])('should cost a new key as many looks after 4,000 keys as after 200, all %s', (_how, use) => {
      const looks = (size: number): number => {
        const registry = new CircuitBreakerRegistry({}, { maxSize: 100 });
        let count = 0;
        const state = Object.getOwnPropertyDescriptor(CircuitBreaker.prototype, 'state')!;
        for (let i = 0; i < size; i++) use(registry.get(String(i)));
        vi.spyOn(CircuitBreaker.prototype, 'state', 'get').mockImplementation(function (this: CircuitBreaker) {
          count++;
          return state.get!.call(this) as State;
        });
        registry.get('new');
        vi.restoreAllMocks();
        return count;
      };
      expect(looks(4_000)).toBeLessThanOrEqual(Math.max(looks(200), 1));
    });

    it('should shrink again, a few for each new key, when those in use are so no longer', () => {
      const registry = new CircuitBreakerRegistry({}, { maxSize: 10 });
      const calls = Array.from({ length: 1_000 }, (_, i) => registry.get(String(i)).admit());
      expect(registry.size).toBe(1_000);
      for (const call of calls) call.complete();
      for (let i = 0; i < 400; i++) registry.get(`new-${String(i)}`);
      expect(registry.size).toBe(10);
    });

    it('should leave a forgotten breaker at work for who holds it, and make a new one for its key', () => {
      const registry = new CircuitBreakerRegistry({ tripper: failureStreak(1) }, { maxSize: 1 });
      const held = registry.get('a');
      const signals = changes(registry);
      registry.get('b');
      fail(held);
      expect(held.state).toBe('open');
      expect(registry.get('a')).not.toBe(held);
      // It is no longer the registry's.
      expect(signals).toStrictEqual([]);
    });
  });

  describe('delete', () => {
    it('should remove and dispose a breaker in whatever state, and say whether there was one', () => {
      const registry = new CircuitBreakerRegistry();
      const stock = registry.get('stock');
      stock.trip();
      const ended = collect(stock.state$);
      expect(registry.delete('stock')).toBe(true);
      expect(ended).toStrictEqual(['open', '|']);
      expect([registry.delete('stock'), registry.has('stock'), registry.size]).toStrictEqual([false, false, 0]);
    });

    it('should leave the merged streams open, and a new breaker of the key in them', () => {
      const registry = new CircuitBreakerRegistry();
      registry.get('stock');
      const signals = changes(registry);
      registry.delete('stock');
      registry.get('stock').trip();
      expect(signals).toStrictEqual(['stock:open']);
    });
  });

  describe('iteration', () => {
    it('should stand the removal and the making of breakers meanwhile', () => {
      const registry = new CircuitBreakerRegistry();
      for (const key of ['a', 'b']) registry.get(key);
      const seen: string[] = [];
      for (const { name } of registry) {
        seen.push(name);
        registry.delete(name);
        registry.get(`${name}${name}`);
      }
      expect(seen).toStrictEqual(['a', 'b']);
      expect(names(registry)).toStrictEqual(['aa', 'bb']);
    });
  });

  describe('signal$', () => {
    it('should emit the signals of all, also of breakers made later', () => {
      const registry = new CircuitBreakerRegistry();
      registry.get('a');
      const signals = changes(registry);
      registry.get('b').trip();
      registry.get('a').trip();
      registry.get('c').disable();
      expect(signals).toStrictEqual(['b:open', 'a:open', 'c:disabled']);
    });

    it(
      'should watch every breaker while subscribed, and none after',
      marbles((m) => {
        const registry = new CircuitBreakerRegistry({ retry: cooldown(3) });
        const commands = 'a-b----a----';
        const watch = '   -^----!------';
        const signals = ' --ba-c------';
        const looks = '   -----------l';

        runScript(m, commands, { a: () => restart(registry.get('a')), b: () => registry.get('b').trip() });
        const change$ = registry.signal$.pipe(map(({ name, newState }) => `${name}:${newState}`));
        m.expect(change$, watch).toBeObservable(signals, { a: 'a:half_open', b: 'b:open', c: 'b:half_open' });
        m.expect(stateAt(m, looks, registry.get('a'))).toBeObservable(looks, { l: 'open' });
      }),
    );

    it('should emit the events of all breakers to all in one order, also when one causes the next', () => {
      const registry = new CircuitBreakerRegistry();
      for (const key of ['a', 'b', 'c']) registry.get(key);
      onEach(registry.signal$, ({ name }) => {
        if (name === 'a') registry.get('b').trip();
        if (name === 'b') registry.get('c').trip();
      });
      const second = changes(registry);
      registry.get('a').trip();
      expect(second).toStrictEqual(['a:open', 'b:open', 'c:open']);
    });

    it('should emit nothing more to one who unsubscribes within a catch-up, and leave no breaker watched', () => {
      const registry = new CircuitBreakerRegistry({ retry: () => 0 });
      for (const key of ['a', 'b']) registry.get(key).trip();
      const first = collect(
        registry.signal$.pipe(
          take(1),
          map(({ name }) => name),
        ),
      );
      expect(first).toStrictEqual(['a', '|']);
      expect(registry.get('b').state).toBe('open');
    });

    it('should neither emit nor watch what a signal of the catch-up has removed', () => {
      const registry = new CircuitBreakerRegistry({ retry: () => 0 }, { maxSize: 2 });
      const [a, b] = [registry.get('a'), registry.get('b')];
      a.trip();
      const received: string[] = [];
      onEach(registry.signal$, ({ name, newState }) => {
        received.push(`${name}:${newState}`);
        if (name === 'a') registry.get('c'); // which forgets b
      });
      b.trip();
      expect(registry.has('b')).toBe(false);
      expect(received).toStrictEqual(['a:half_open']);
    });

    it('should emit calls and signals in the order in which they happened, as a breaker does', () => {
      const registry = new CircuitBreakerRegistry();
      for (const key of ['a', 'b']) registry.get(key);
      onEach(registry.call$, () => registry.get('b').trip());
      const log: string[] = [];
      onEach(registry.call$, ({ name }) => void log.push(`call ${name}`));
      onEach(registry.signal$, ({ name }) => void log.push(`signal ${name}`));
      succeed(registry.get('a'));
      expect(log).toStrictEqual(['call a', 'signal b']);
    });

    it('should go on for those who stay when one leaves', () => {
      const registry = new CircuitBreakerRegistry();
      registry.get('a');
      const signals = changes(registry);
      registry.signal$.subscribe().unsubscribe();
      registry.get('a').trip();
      expect(signals).toStrictEqual(['a:open']);
    });

    it('should emit again to a newcomer when all have left', () => {
      const registry = new CircuitBreakerRegistry();
      registry.get('a');
      registry.signal$.subscribe().unsubscribe();
      const signals = changes(registry);
      registry.get('a').trip();
      expect(signals).toStrictEqual(['a:open']);
    });

    it('should emit nothing more of what is removed within a signal', () => {
      const registry = new CircuitBreakerRegistry();
      onEach(registry.signal$, ({ name }) => void registry.delete(name));
      const second = changes(registry);
      registry.get('a').trip();
      expect(second).toStrictEqual(['a:open']);
      expect(registry.size).toBe(0);
    });

    it('should be the same object each time', () => {
      const registry = new CircuitBreakerRegistry();
      expect(registry.signal$).toBe(registry.signal$);
      expect(registry.call$).toBe(registry.call$);
    });
  });

  describe('call$', () => {
    it('should emit the calls of all, also of breakers made later', () => {
      const registry = new CircuitBreakerRegistry();
      succeed(registry.get('a'));
      const calls = collect(registry.call$.pipe(map(({ name, type }) => `${name}:${type}`)));
      succeed(registry.get('a'));
      fail(registry.get('b'));
      NEVER.pipe(circuitBreaker(registry.get('c')))
        .subscribe()
        .unsubscribe();
      expect(calls).toStrictEqual(['a:success', 'b:failure', 'c:cancelled']);
    });

    it(
      'should watch no breaker',
      marbles((m) => {
        const registry = new CircuitBreakerRegistry({ retry: cooldown(1) });
        registry.get('a').trip();
        m.expect(registry.call$, '^---!').toBeObservable('-----');
        m.expect(m.cold('---s').pipe(map(() => registry.get('a').state))).toBeObservable('---o', { o: 'open' });
      }),
    );
  });

  describe('added$ and removed$', () => {
    it('should emit each breaker before it is used, and when it is evicted or deleted', () => {
      const registry = new CircuitBreakerRegistry({}, { maxSize: 2 });
      registry.get('before');
      const log: string[] = [];
      onEach(registry.added$, (breaker) => {
        log.push(`+${breaker.name}`);
        onEach(breaker.call$, ({ name, type }) => void log.push(`${name} ${type}`));
      });
      onEach(registry.removed$, ({ name }) => void log.push(`-${name}`));
      for (const key of ['a', 'a', 'b']) succeed(registry.get(key));
      registry.delete('a');
      expect(log).toStrictEqual(['+a', 'a success', 'a success', '+b', '-before', 'b success', '-a']);
    });

    it('should emit a breaker that a signal has made before its first call', () => {
      const registry = new CircuitBreakerRegistry();
      const log: string[] = [];
      onEach(registry.added$, ({ call$ }) => onEach(call$, ({ name, type }) => void log.push(`${name} ${type}`)));
      onEach(registry.signal$, ({ name }) => {
        if (name === 'a') succeed(registry.get('b'));
      });
      registry.get('a').trip();
      expect(log).toStrictEqual(['b success']);
    });

    it('should emit additions and removals to all in one order, also when one causes the other', () => {
      const registry = new CircuitBreakerRegistry();
      onEach(registry.added$, ({ name }) => void registry.delete(name));
      const log: string[] = [];
      onEach(registry.added$, ({ name }) => void log.push(`+${name}`));
      onEach(registry.removed$, ({ name }) => void log.push(`-${name}`));
      expect(registry.get('a').state).toBe('disabled');
      expect(log).toStrictEqual(['+a', '-a']);
    });

    it('should emit all breakers as removed at dispose, then complete, now and for who comes later', () => {
      const registry = new CircuitBreakerRegistry();
      for (const key of ['a', 'b']) registry.get(key);
      const removed = collect(registry.removed$.pipe(map(({ name }) => name)));
      const added = collect(registry.added$);
      registry.dispose();
      registry.get('c');
      expect([removed, added]).toStrictEqual([['a', 'b', '|'], ['|']]);
      expect([collect(registry.removed$), collect(registry.added$)]).toStrictEqual([['|'], ['|']]);
    });
  });

  describe('dispose', () => {
    it('should be what using does', () => {
      const registry = new CircuitBreakerRegistry();
      registry.get('a');
      if (typeof Symbol.dispose === 'symbol') registry[Symbol.dispose]();
      else registry.dispose();
      expect(registry.size).toBe(0);
    });

    it('should dispose every breaker and complete the streams, now and for who comes later', () => {
      const registry = new CircuitBreakerRegistry();
      const a = registry.get('a');
      a.trip();
      const [signals, calls, state] = [changes(registry), collect(registry.call$), collect(a.state$)];
      registry.dispose();
      registry.dispose();
      expect([signals, calls, state]).toStrictEqual([['|'], ['|'], ['open', '|']]);
      expect([changes(registry), collect(registry.call$)]).toStrictEqual([['|'], ['|']]);
      expect(registry.size).toBe(0);
    });

    it('should let later calls pass unguarded, and keep no breaker', () => {
      const registry = new CircuitBreakerRegistry({ tripper: failureStreak(1) });
      registry.dispose();
      fail(registry.get('a'));
      expect(collect(of(1).pipe(circuitBreaker(registry.get('a'))))).toStrictEqual([1, '|']);
      expect([registry.get('a').state, registry.size]).toStrictEqual(['disabled', 0]);
    });
  });

  describe('bad configuration', () => {
    it.each([
      [{ tripper: 5 }, undefined, 'tripper must be a Tripper or a function, got 5'],
      [{ nam: 'x' }, undefined, 'CircuitBreaker got an unknown option "nam"; it takes'],
      [{ name: 'x' }, undefined, 'CircuitBreakerRegistry got the option name; each breaker is named by its key'],
      [{ maxSize: 5 }, undefined, 'CircuitBreakerRegistry takes maxSize in its second argument'],
      [null, undefined, 'CircuitBreaker: options must be an object, got null'],
      [7, undefined, 'CircuitBreaker: options must be an object, got 7'],
      [{}, { maxSize: 0 }, 'CircuitBreakerRegistry: maxSize must be an integer of at least 1, got 0'],
      [{}, { maxSize: 1.5 }, 'CircuitBreakerRegistry: maxSize must be an integer of at least 1, got 1.5'],
      [{}, { maxsize: 1 }, 'CircuitBreakerRegistry got an unknown option "maxsize"; it takes maxSize'],
    ])('%o, %o', (options, config, message) => {
      expect(() => new CircuitBreakerRegistry(options as RegistryOptions, config as { maxSize: number })).toThrow(
        message,
      );
    });

    it('should be thrown by circuitBreaker if it is given the registry itself', () => {
      const registry = new CircuitBreakerRegistry();
      expect(() => circuitBreaker(registry as never)).toThrow(
        new TypeError('circuitBreaker takes no registry; give it registry.get(key)'),
      );
    });

    it('should be thrown by get if the key is no string or the function returns no options', () => {
      const registry = new CircuitBreakerRegistry(() => undefined as never);
      expect(() => registry.get(7 as never)).toThrow('CircuitBreakerRegistry: key must be a string, got 7');
      expect(() => registry.get('a')).toThrow('CircuitBreaker: options must be an object, got undefined');
    });
  });
});
