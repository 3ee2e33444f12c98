import { Injectable, type Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { CircuitBreaker } from 'rxjs-fluxgate';
import {
  CircuitBreakerRegistry,
  failureStreak,
  isCallNotPermitted,
  never,
  type CallNotPermittedError,
} from 'rxjs-fluxgate';
import { CircuitBreakerModule, Guarded, SkipCircuitBreaker, type GuardedOptions } from 'rxjs-fluxgate/nestjs';
import { catchError, defer, EMPTY, firstValueFrom, NEVER, of, throwError, TimeoutError, type Observable } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { collect } from '../../support/collect.ts';
import { getCounts } from '../../support/counts.ts';

const down = new Error('down');

/** Written down by TypeScript with emitDecoratorMetadata. */
function returns(type: unknown): MethodDecorator {
  return Reflect.metadata('design:returntype', type);
}

async function start<S extends object>(
  service: new () => S,
  provider: Provider<S> = service,
): Promise<{ service: S; breaker: CircuitBreaker }> {
  const options = { tripper: failureStreak(2), retry: never() };
  const module = Test.createTestingModule({ imports: [CircuitBreakerModule.forRoot(options)], providers: [provider] });
  const app = await module.compile();
  onTestFinished(() => app.close());
  await app.init();
  return { service: app.get(service), breaker: app.get(CircuitBreakerRegistry).get('prices') };
}

describe('@Guarded', () => {
  describe('on an async method', () => {
    @Injectable()
    class Prices {
      calls = 0;
      failing = false;

      @Guarded('prices')
      async price(id: string): Promise<string> {
        this.calls++;
        await Promise.resolve();
        if (this.failing) throw down;
        return `price of ${id}`;
      }
    }

    it('should work as before, and reject without a call while the circuit is open', async () => {
      const { service, breaker } = await start(Prices);
      expect(await service.price('42')).toBe('price of 42');
      service.failing = true;
      for (let i = 0; i < 2; i++) await expect(service.price('42')).rejects.toBe(down);
      expect(breaker.state).toBe('open');
      await expect(service.price('42')).rejects.toSatisfy(isCallNotPermitted);
      expect(service.calls).toBe(3);
      breaker.reset();
      service.failing = false;
      expect(await service.price('42')).toBe('price of 42');
      expect(getCounts(breaker)).toStrictEqual({ successes: 1, failures: 0, inFlight: 0, rejected: 1 });
    });

    it('should work alike in an instance that a factory made, or that is a value', async () => {
      for (const provider of [
        { provide: Prices, useFactory: () => new Prices() },
        { provide: Prices, useValue: new Prices() },
      ]) {
        const { service, breaker } = await start(Prices, provider);
        breaker.forceOpen();
        await expect(service.price('42')).rejects.toSatisfy(isCallNotPermitted);
      }
    });

    it('should leave each application its own registry', async () => {
      const [one, two] = [await start(Prices), await start(Prices)];
      one.breaker.forceOpen();
      await expect(one.service.price('1')).rejects.toSatisfy(isCallNotPermitted);
      expect(await two.service.price('1')).toBe('price of 1');
    });

    it('should leave no trace in the instance when it is serialized', async () => {
      const { service } = await start(Prices);
      expect(JSON.stringify(service)).toBe('{"calls":0,"failing":false}');
      expect(Object.keys(service)).toStrictEqual(['calls', 'failing']);
    });

    it('should keep the name, the length and the metadata of the method', () => {
      class Marked {
        @SkipCircuitBreaker()
        @Guarded('prices')
        @SkipCircuitBreaker()
        @returns(Promise)
        price(_id: string): Promise<void> {
          return Promise.resolve();
        }
      }
      // eslint-disable-next-line @typescript-eslint/unbound-method -- it is only looked at
      const { price } = Marked.prototype;
      expect([price.name, price.length]).toStrictEqual(['price', 1]);
      expect(Reflect.getMetadataKeys(price)).toContain('rxjs-fluxgate:circuit');
    });

    it('should throw where there is no Nest', () => {
      expect(() => new Prices().price('42')).toThrow(
        'Prices.price is @Guarded but its instance has no CircuitBreakerRegistry: it must be a provider of Nest',
      );
    });

    it('should not start without a CircuitBreakerModule', async () => {
      const starting = Test.createTestingModule({ providers: [Prices] }).compile();
      await expect(starting).rejects.toThrow(/CircuitBreakerRegistry/);
    });
  });

  describe.each<[string, MethodDecorator]>([
    ['of which TypeScript has written down the type', returns(Promise)],
    ['of which nothing is known before its first call', returns(Object)],
  ])('on a method that returns a promise, %s', (_, known) => {
    @Injectable()
    class Prices {
      calls = 0;

      @Guarded('prices')
      @known
      price(id: string): Promise<string> {
        this.calls++;
        return id === '' ? Promise.reject(down) : Promise.resolve(`price of ${id}`);
      }
    }

    it('should count and reject as an async method', async () => {
      const { service, breaker } = await start(Prices);
      expect(await service.price('42')).toBe('price of 42');
      await expect(service.price('')).rejects.toBe(down);
      expect(getCounts(breaker)).toStrictEqual({ successes: 1, failures: 1, inFlight: 0, rejected: 0 });
      await expect(service.price('')).rejects.toBe(down);
      await expect(service.price('42')).rejects.toSatisfy(isCallNotPermitted);
      expect(service.calls).toBe(3);
    });

    it('should reject its first call, in each way to take a promise', async () => {
      const { service, breaker } = await start(Prices);
      breaker.forceOpen();
      await expect(service.price('42')).rejects.toSatisfy(isCallNotPermitted);
      expect(await service.price('42').catch(isCallNotPermitted)).toBe(true);
      expect(await service.price('42').then(null, isCallNotPermitted)).toBe(true);
      await expect(service.price('42').finally(() => undefined)).rejects.toSatisfy(isCallNotPermitted);
      await expect(Promise.all([service.price('42')])).rejects.toSatisfy(isCallNotPermitted);
      expect(service.calls).toBe(0);
    });
  });

  describe.each<[string, MethodDecorator]>([
    ['of which nothing is known before its first call', returns(undefined)],
    ['of which TypeScript has written down the type', Reflect.metadata('design:returntype', of(1).constructor)],
  ])('on a method that returns an Observable, %s', (_, known) => {
    @Injectable()
    class Prices {
      subscriptions = 0;

      @Guarded('prices')
      @known
      price(id: string): Observable<string> {
        return defer(() => {
          this.subscriptions++;
          return id === '' ? throwError(() => down) : of(`price of ${id}`);
        });
      }
    }

    it('should make a call of each subscription', async () => {
      const { service, breaker } = await start(Prices);
      const price$ = service.price('42');
      expect(getCounts(breaker).inFlight).toBe(0);
      expect([collect(price$), collect(price$)]).toStrictEqual([
        ['price of 42', '|'],
        ['price of 42', '|'],
      ]);
      expect(collect(service.price(''))).toStrictEqual(['#', down]);
      expect(getCounts(breaker)).toStrictEqual({ successes: 2, failures: 1, inFlight: 0, rejected: 0 });
      collect(service.price(''));
      expect(collect(service.price('42'))).toMatchObject(['#', { circuit: 'prices', state: 'open' }]);
      expect(collect(price$)).toMatchObject(['#', { circuit: 'prices', state: 'open' }]);
      expect(service.subscriptions).toBe(4);
    });

    it('should error at its first call while the circuit is open', async () => {
      const { service, breaker } = await start(Prices);
      breaker.forceOpen();
      const price$ = service.price('42').pipe(catchError((error: unknown) => of(isCallNotPermitted(error))));
      expect(collect(price$)).toStrictEqual([true, '|']);
      expect(service.subscriptions).toBe(0);
    });
  });

  describe('with a fallback', () => {
    const fallback: GuardedOptions['fallback'] = function (this: Prices, error: CallNotPermittedError, id: string) {
      return `${this.currency} of ${id}, as ${error.circuit} is ${error.state}`;
    };

    @Injectable()
    class Prices {
      readonly currency = 'euros';

      @Guarded('prices', { fallback })
      async promised(_id: string): Promise<string> {
        await Promise.resolve();
        throw down;
      }
      @Guarded('prices', { fallback })
      unknown(_id: string): Promise<string> {
        return Promise.reject(down);
      }
      @Guarded('prices', { fallback: () => Promise.resolve(['a', 'list']) })
      observed(): Observable<string[]> {
        return throwError(() => down);
      }
      @Guarded('prices', { fallback: () => EMPTY })
      nothing(): Observable<string> {
        return throwError(() => down);
      }
      @Guarded('prices', {
        fallback: () => {
          throw new Error('no fallback today');
        },
      })
      async broken(): Promise<string> {
        return Promise.resolve('ok');
      }
    }

    it('should serve it to rejected calls, with the instance, the rejection and the arguments', async () => {
      const { service, breaker } = await start(Prices);
      breaker.forceOpen();
      const text = 'euros of 42, as prices is forced_open';
      expect([await service.promised('42'), await service.unknown('42')]).toStrictEqual([text, text]);
      expect(await firstValueFrom(service.observed(), { defaultValue: [] })).toStrictEqual(['a', 'list']);
      expect(collect(service.nothing())).toStrictEqual(['|']);
      await expect(service.broken()).rejects.toThrow('no fallback today');
    });

    it('should leave other errors alone', async () => {
      const { service } = await start(Prices);
      await expect(service.unknown('42')).rejects.toBe(down);
      await expect(service.promised('42')).rejects.toBe(down);
    });
  });

  describe('with a timeout', () => {
    @Injectable()
    class Prices {
      @Guarded('prices', { timeout: 5 })
      hang(): Promise<never> {
        return new Promise(() => undefined);
      }
      @Guarded('prices', { timeout: 5 })
      hang$(): Observable<never> {
        return NEVER;
      }
    }

    it('should make a failure of a hang', async () => {
      const { service, breaker } = await start(Prices);
      await expect(service.hang()).rejects.toBeInstanceOf(TimeoutError);
      await expect(firstValueFrom(service.hang$(), { defaultValue: 0 })).rejects.toBeInstanceOf(TimeoutError);
      expect(breaker.state).toBe('open');
    });
  });

  describe('with a classifier', () => {
    @Injectable()
    class Prices {
      @Guarded('prices', { classify: ({ ok }: { ok: boolean }) => (ok ? 'success' : 'failure') })
      async fetch(ok: boolean): Promise<{ ok: boolean }> {
        return Promise.resolve({ ok });
      }
    }

    it('should judge the value', async () => {
      const { service, breaker } = await start(Prices);
      expect(await service.fetch(true)).toStrictEqual({ ok: true });
      expect(await service.fetch(false)).toStrictEqual({ ok: false });
      expect(getCounts(breaker)).toStrictEqual({ successes: 1, failures: 1, inFlight: 0, rejected: 0 });
    });
  });

  it('should pass on what a method throws at once, and count it', async () => {
    @Injectable()
    class Prices {
      @Guarded('prices')
      price(): Promise<string> {
        throw down;
      }
    }
    const { service, breaker } = await start(Prices);
    expect(() => service.price()).toThrow(down);
    expect(getCounts(breaker)).toMatchObject({ failures: 1, inFlight: 0 });
  });

  it('should refuse a method that returns neither a promise nor an Observable', async () => {
    class Prices {
      @(Guarded('prices') as MethodDecorator)
      price(): number {
        return 42;
      }
    }
    const { service, breaker } = await start(Prices);
    expect(() => service.price()).toThrow(
      new TypeError('Guarded: what Prices.price returns must be a promise or an Observable, got 42'),
    );
    expect(getCounts(breaker)).toMatchObject({ inFlight: 0 });
  });

  it.each<[unknown, unknown, string]>([
    [5, {}, 'Guarded: name must be a string, got 5'],
    [undefined, {}, 'Guarded: name must be a string, got undefined'],
    ['a', { timout: 5 }, 'Guarded got an unknown option "timout"; it takes fallback, classify, timeout'],
    ['a', { timeout: 0 }, 'Guarded: timeout must be a finite number of ms above 0, got 0'],
    ['a', { timeout: '5' }, 'Guarded: timeout must be a finite number of ms above 0, got "5"'],
    ['a', { fallback: 5 }, 'Guarded: fallback must be a function, got 5'],
    ['a', { classify: 'ok' }, 'Guarded: classify must be a function, got "ok"'],
    ['a', null, 'Guarded: options must be an object, got null'],
  ])('should refuse the name %j with %j', (name, options, message) => {
    expect(() => Guarded(name as never, options as never)).toThrow(message);
  });

  it('should refuse to decorate anything but a method of instances', () => {
    const decorate = Guarded('prices') as (...args: unknown[]) => void;
    const descriptor = { value: () => Promise.resolve() };
    const message = 'must decorate a method of instances';
    expect(() => decorate(class {}, 'price', descriptor)).toThrow(message);
    expect(() => decorate({}, 'price', { get: () => 1 })).toThrow(message);
    expect(() => decorate({}, 'price')).toThrow(message);
    expect(() => decorate(() => 1, { kind: 'method' })).toThrow(message);
  });
});
