import { Controller, Get, Inject, Injectable, Module, NotFoundException, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { CircuitBreaker, CircuitBreakerRegistry, cooldown, failureStreak, type Signal } from 'rxjs-fluxgate';
import {
  CircuitBreakerModule,
  getCircuitBreakerToken,
  InjectCircuitBreaker,
  UseCircuitBreaker,
  type CircuitBreakerModuleConfig,
  type CircuitBreakerModuleOptions,
  type CircuitBreakerOptionsFactory,
} from 'rxjs-fluxgate/nestjs';
import { Subject, type Observable } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { getCounts } from '../../support/counts.ts';
import { eventually } from './eventually.ts';
import { runApp } from './run-app.ts';

@Injectable()
class Payments {
  @InjectCircuitBreaker('payments') readonly again!: CircuitBreaker;
  readonly breaker: CircuitBreaker;

  constructor(@InjectCircuitBreaker('payments') breaker: CircuitBreaker) {
    this.breaker = breaker;
  }
}

const boom = new Error('boom');

async function registryOf(options?: CircuitBreakerModuleOptions): Promise<CircuitBreakerRegistry> {
  const app = await contextOf({ imports: [CircuitBreakerModule.forRoot(options)] });
  return app.get(CircuitBreakerRegistry);
}

async function contextOf(metadata: ModuleMetadata) {
  const app = await Test.createTestingModule(metadata).compile();
  onTestFinished(() => app.close());
  return app;
}

describe('CircuitBreakerModule', () => {
  it('should provide a registry to every module', async () => {
    const isRegistry = {
      provide: 'isRegistry',
      inject: [CircuitBreakerRegistry],
      useFactory: (registry: unknown) => registry,
    };
    const app = await contextOf({
      imports: [
        CircuitBreakerModule.forRoot(),
        { module: class Other {}, providers: [isRegistry], exports: [isRegistry] },
      ],
    });
    expect(app.get('isRegistry')).toBe(app.get(CircuitBreakerRegistry));
    expect(app.get(CircuitBreakerRegistry)).toBeInstanceOf(CircuitBreakerRegistry);
  });

  it('should make two registries if it is imported twice', async () => {
    const app = await contextOf({ imports: [CircuitBreakerModule.forRoot(), CircuitBreakerModule.forRoot()] });
    const [one, two, ...more] = app.get(CircuitBreakerRegistry, { each: true });
    expect([one === two, more]).toStrictEqual([false, []]);
    expect([one, two]).toStrictEqual([expect.any(CircuitBreakerRegistry), expect.any(CircuitBreakerRegistry)]);
  });

  it('should inject the breakers of the registry by name', async () => {
    const app = await contextOf({
      imports: [CircuitBreakerModule.forRoot(), CircuitBreakerModule.forFeature(['payments', 'stock'])],
      providers: [Payments],
    });
    const registry = app.get(CircuitBreakerRegistry);
    const { breaker, again } = app.get(Payments);
    expect(breaker.name).toBe('payments');
    expect(breaker).toBe(registry.get('payments'));
    expect(again).toBe(breaker);
    expect(app.get(getCircuitBreakerToken('stock'))).toBe(registry.get('stock'));
  });

  it('should give the same breaker to every module that asks for its name', async () => {
    const feature = { imports: [CircuitBreakerModule.forFeature(['payments'])], providers: [Payments] };
    @Module(feature)
    class One {}
    @Module(feature)
    class Two {}
    const app = await contextOf({ imports: [CircuitBreakerModule.forRoot(), One, Two] });
    const [one, two] = [
      app.select(One).get(Payments, { strict: true }),
      app.select(Two).get(Payments, { strict: true }),
    ];
    expect(one).not.toBe(two);
    expect(one.breaker).toBe(two.breaker);
  });

  it('should not start where forFeature has no forRoot', async () => {
    const start = Test.createTestingModule({ imports: [CircuitBreakerModule.forFeature(['payments'])] }).compile();
    await expect(start).rejects.toThrow(/CircuitBreakerRegistry/);
  });

  it('should let a test put a breaker of its own in the place of one', async () => {
    const mine = new CircuitBreaker({ name: 'mine' });
    const module = Test.createTestingModule({
      imports: [CircuitBreakerModule.forRoot(), CircuitBreakerModule.forFeature(['payments'])],
      providers: [Payments],
    });
    const app = await module.overrideProvider(getCircuitBreakerToken('payments')).useValue(mine).compile();
    onTestFinished(() => app.close());
    expect(app.get(Payments).breaker).toBe(mine);
  });

  describe('options', () => {
    it('should be those of all breakers', async () => {
      const breaker = (await registryOf({ tripper: failureStreak(1) })).get('payments');
      breaker.admit().error(boom);
      expect(breaker.state).toBe('open');
    });

    it('may be a function of the name', async () => {
      const registry = await registryOf((name) => ({ tripper: failureStreak(name === 'stock' ? 1 : 2) }));
      for (const name of ['stock', 'payments']) registry.get(name).admit().error(boom);
      expect([...registry].map(({ name, state }) => `${name}: ${state}`)).toStrictEqual([
        'stock: open',
        'payments: closed',
      ]);
    });

    it.each([
      ['an object', {}],
      ['a function', () => ({})],
      ['none', undefined],
    ])('given as %s should by default count a 404 as a success and other errors as failures', async (_, options) => {
      const breaker = (await registryOf(options)).get('payments');
      breaker.admit().error(new NotFoundException());
      breaker.admit().error(boom);
      expect(getCounts(breaker)).toMatchObject({ successes: 1, failures: 1 });
    });

    it.each([
      ['an object', { tracker: () => false, untracked: 'ignored' } as const],
      ['a function', () => ({ tracker: () => false, untracked: 'ignored' }) as const],
    ])('given as %s should win over the defaults', async (_, options) => {
      const breaker = (await registryOf(options)).get('payments');
      breaker.admit().error(boom);
      expect(getCounts(breaker)).toMatchObject({ successes: 0, failures: 0 });
    });

    it('may bound the registry', async () => {
      const app = await contextOf({ imports: [CircuitBreakerModule.forRoot({}, { maxSize: 1 })] });
      const registry = app.get(CircuitBreakerRegistry);
      for (const name of ['stock', 'payments']) registry.get(name);
      expect(registry.size).toBe(1);
    });

    it.each([
      ['null', null, {}, 'CircuitBreakerModule: options must be an object or a function, got null'],
      ['a number', 5, {}, 'CircuitBreakerModule: options must be an object or a function, got 5'],
      ['an array', [], {}, 'CircuitBreakerModule: options must be an object or a function, got an array'],
      ['a misspelt name', { tipper: 1 }, {}, /unknown option "tipper"/],
      ['no listeners', { listeners: 5 }, {}, 'listeners must be an iterable of functions, got 5'],
      ['a bad config', {}, { maxSize: 0 }, 'CircuitBreakerRegistry: maxSize must be an integer of at least 1, got 0'],
    ])('should be refused at once if they are bad: %s', (_, options, config, message) => {
      expect(() => CircuitBreakerModule.forRoot(options as CircuitBreakerModuleOptions, config)).toThrow(message);
    });

    it('should be refused when a breaker is first asked for if a function returns bad ones', async () => {
      const registry = await registryOf((() => []) as never);
      expect(() => registry.get('payments')).toThrow(/options must be an object or a function, got an array/);
      const misspelt = CircuitBreakerModule.forRoot((() => ({ tipper: 1 })) as never);
      const start = contextOf({ imports: [misspelt, CircuitBreakerModule.forFeature(['payments'])] });
      await expect(start).rejects.toThrow(/unknown option "tipper"/);
    });

    it('may have listeners that can be read but once, and that all applications of the module notify', async () => {
      const names: string[] = [];
      const listeners = [({ name }: Signal) => void names.push(name)].values();
      const module = CircuitBreakerModule.forRoot({ listeners });
      for (const name of ['one', 'two']) {
        (await contextOf({ imports: [module] })).get(CircuitBreakerRegistry).get(name).trip();
      }
      expect(names).toStrictEqual(['one', 'two']);
    });
  });

  describe('its log', () => {
    async function log(
      options: CircuitBreakerModuleOptions,
      config?: CircuitBreakerModuleConfig,
    ): Promise<unknown[][]> {
      const lines: unknown[][] = [];
      const logger = {
        log: (...line: unknown[]) => lines.push(['log', ...line]),
        warn: (...line: unknown[]) => lines.push(['warn', ...line]),
        error: (...line: unknown[]) => lines.push(['error', ...line]),
      };
      const app = await NestFactory.createApplicationContext(CircuitBreakerModule.forRoot(options, config), { logger });
      lines.length = 0;
      const breaker = app.get(CircuitBreakerRegistry).get('payments');
      breaker.trip();
      breaker.reset();
      await app.close();
      return lines;
    }

    it('should have a line for each change of state, by the logger of Nest', async () => {
      expect(await log({})).toStrictEqual([
        ['warn', expect.stringMatching(/^payments: closed → open \(manual/), 'CircuitBreaker'],
        ['log', expect.stringMatching(/^payments: open → closed \(manual/), 'CircuitBreaker'],
      ]);
    });

    it.each([
      ['in the options', { silent: true }, undefined],
      ['beside a function', () => ({}), { silent: true }],
    ])('should have none if silent, %s', async (_, options, config) => {
      expect(await log(options, config)).toStrictEqual([]);
    });

    it('should refuse silent: "yes"', () => {
      expect(() => CircuitBreakerModule.forRoot({ silent: 'yes' as never })).toThrow(
        new TypeError('CircuitBreakerModule: silent must be a boolean, got "yes"'),
      );
    });
  });

  it('should watch its circuits, so that they go half-open on time without a call', async () => {
    const scheduler = new ManualScheduler();
    for (const silent of [true, false]) {
      const breaker = (await registryOf({ retry: cooldown(1_000), scheduler, silent })).get('payments');
      breaker.trip();
      scheduler.pass(1_000);
      expect(breaker.state).toBe('half_open');
    }
  });

  describe('forFeature', () => {
    const feature = CircuitBreakerModule.forFeature([{ name: 'payments', tripper: failureStreak(1) }, 'stock']);

    it('may have options in which a breaker differs from the others', async () => {
      const app = await contextOf({ imports: [CircuitBreakerModule.forRoot({ tripper: failureStreak(2) }), feature] });
      for (const name of ['payments', 'stock'])
        app.get<CircuitBreaker>(getCircuitBreakerToken(name)).admit().error(boom);
      const states = [...app.get(CircuitBreakerRegistry)].map(({ name, state }) => `${name}: ${state}`);
      expect(states).toStrictEqual(['payments: open', 'stock: closed']);
    });

    it('should know them also for the first to ask, in another module', async () => {
      const early = { provide: 'early', inject: [CircuitBreakerRegistry], useFactory: askEarly };
      function askEarly(registry: CircuitBreakerRegistry): CircuitBreaker {
        return registry.get('payments');
      }
      const first = { module: class {}, imports: [CircuitBreakerModule.forFeature(['payments'])], providers: [early] };
      const app = await contextOf({
        imports: [first, CircuitBreakerModule.forRoot({ tripper: failureStreak(2) }), feature],
      });
      app.get<CircuitBreaker>('early').admit().error(boom);
      expect(app.get<CircuitBreaker>(getCircuitBreakerToken('payments')).state).toBe('open');
    });

    it('may be given the same options in two modules, but not different ones', async () => {
      const again = CircuitBreakerModule.forFeature([{ name: 'payments', maxProbes: 3 }]);
      const imports = [CircuitBreakerModule.forRoot(), { module: class {}, imports: [feature] }];
      await contextOf({ imports: [...imports, { module: class {}, imports: [feature, again] }] });
      const other = CircuitBreakerModule.forFeature([{ name: 'payments', tripper: failureStreak(3) }]);
      await expect(contextOf({ imports: [...imports, { module: class {}, imports: [other] }] })).rejects.toThrow(
        'CircuitBreakerModule.forFeature is given two different values of tripper for "payments"',
      );
    });

    it('should refuse bad options at once', () => {
      expect(() => CircuitBreakerModule.forFeature([{ name: 'payments', tirpper: 1 } as never])).toThrow(/"tirpper"/);
      expect(() => CircuitBreakerModule.forFeature([{ tripper: failureStreak(1) } as never])).toThrow(
        /options with a name/,
      );
    });

    it.each([
      ['prices', 'CircuitBreakerModule.forFeature: features must be an array of names and of options, got "prices"'],
      [undefined, 'CircuitBreakerModule.forFeature: features must be an array of names and of options, got undefined'],
      [[5], 'CircuitBreakerModule.forFeature: each of features must be a name, or options with a name, got 5'],
    ])('should refuse %j', (names, message) => {
      expect(() => CircuitBreakerModule.forFeature(names as never)).toThrow(new TypeError(message));
    });
  });

  describe('forRootAsync', () => {
    @Module({ providers: [{ provide: 'FAILURES', useValue: 2 }], exports: ['FAILURES'] })
    class ConfigModule {}

    it('should take the options from a factory, which is injected what it asks for', async () => {
      const imported = CircuitBreakerModule.forRootAsync(
        {
          imports: [ConfigModule],
          inject: ['FAILURES'],
          useFactory: (failures: number) => Promise.resolve({ tripper: failureStreak(failures) }),
        },
        { maxSize: 1 },
      );
      const registry = (await contextOf({ imports: [imported] })).get(CircuitBreakerRegistry);
      const breaker = registry.get('payments');
      breaker.admit().error(boom);
      expect(breaker.state).toBe('closed');
      breaker.admit().error(boom);
      expect(breaker.state).toBe('open');
    });

    @Injectable()
    class CircuitConfig implements CircuitBreakerOptionsFactory {
      createCircuitBreakerOptions(): Promise<CircuitBreakerModuleOptions> {
        return Promise.resolve({ tripper: failureStreak(1), maxSize: 2 });
      }
    }

    it.each([
      ['useFactory', { useFactory: () => new CircuitConfig().createCircuitBreakerOptions() }],
      ['useClass', { useClass: CircuitConfig }],
      [
        'useExisting',
        {
          imports: [{ module: class {}, providers: [CircuitConfig], exports: [CircuitConfig] }],
          useExisting: CircuitConfig,
        },
      ],
    ])('should take options and maxSize from %s', async (_, options) => {
      const app = await contextOf({ imports: [CircuitBreakerModule.forRootAsync(options)] });
      const registry = app.get(CircuitBreakerRegistry);
      registry.get('payments').admit().error(boom);
      expect(registry.get('payments').state).toBe('open');
      for (const name of ['a', 'b', 'c']) registry.get(name);
      expect([...registry].map(({ name }) => name)).toStrictEqual(['payments', 'c']);
    });

    it('should inject the class of useClass from the imports', async () => {
      @Injectable()
      class Injected implements CircuitBreakerOptionsFactory {
        readonly failures: number;
        constructor(@Inject('FAILURES') failures: number) {
          this.failures = failures;
        }
        createCircuitBreakerOptions(): CircuitBreakerModuleOptions {
          return { tripper: failureStreak(this.failures) };
        }
      }
      const module = CircuitBreakerModule.forRootAsync({ imports: [ConfigModule], useClass: Injected });
      const breaker = (await contextOf({ imports: [module] })).get(CircuitBreakerRegistry).get('payments');
      breaker.admit().error(boom);
      expect(breaker.state).toBe('closed');
      breaker.admit().error(boom);
      expect(breaker.state).toBe('open');
    });

    it('should refuse what is no factory', () => {
      expect(() => CircuitBreakerModule.forRootAsync({})).toThrow(
        new TypeError('CircuitBreakerModule.forRootAsync takes exactly one of useFactory, useClass, useExisting'),
      );
      expect(() => CircuitBreakerModule.forRootAsync({ useFactory: 5 } as never)).toThrow(
        new TypeError('CircuitBreakerModule.forRootAsync: useFactory must be a function, got 5'),
      );
      const two = { useFactory: () => ({}), useClass: CircuitConfig };
      expect(() => CircuitBreakerModule.forRootAsync(two)).toThrow(/exactly one of/);
      expect(() => CircuitBreakerModule.forRootAsync({ useFactroy: () => ({}) } as never)).toThrow(/"useFactroy"/);
    });

    it('should refuse a bad config at once', () => {
      const useFactory = () => expect.unreachable('it is too early');
      expect(() => CircuitBreakerModule.forRootAsync({ useFactory }, { maxSize: 0 })).toThrow(/maxSize must be/);
    });

    it('should let the application not start if the factory returns bad options', async () => {
      const module = CircuitBreakerModule.forRootAsync({ useFactory: () => Promise.resolve({ tipper: 1 } as never) });
      await expect(contextOf({ imports: [module] })).rejects.toThrow(/unknown option "tipper"/);
    });
  });

  describe('when the application is closed', () => {
    it('should dispose the registry', async () => {
      const app = await NestFactory.createApplicationContext(
        { module: class {}, imports: [CircuitBreakerModule.forRoot(), CircuitBreakerModule.forFeature(['payments'])] },
        { logger: false },
      );
      const registry = app.get(CircuitBreakerRegistry);
      let completed = false;
      registry.signal$.subscribe({ error: expect.unreachable, complete: () => (completed = true) });
      await app.close();
      expect(completed).toBe(true);
      expect(registry.size).toBe(0);
    });

    it('should do so after the requests in flight have ended', async () => {
      const answer$ = new Subject<string>();
      @Controller()
      class SlowController {
        @Get()
        @UseCircuitBreaker('slow')
        get(): Observable<string> {
          return answer$;
        }
      }
      const { app, url } = await runApp(
        { imports: [CircuitBreakerModule.forRoot()], controllers: [SlowController] },
        undefined,
        {
          forceCloseConnections: false,
        },
      );
      const breaker = app.get(CircuitBreakerRegistry).get('slow');
      const response = fetch(url, { headers: { connection: 'close' } });
      await eventually(() => answer$.observed).toBe(true);

      const states: string[] = [];
      breaker.call$.subscribe({
        next: ({ type }) => states.push(type),
        error: expect.unreachable,
        complete: () => states.push('disposed'),
      });
      const closed = app.close();
      await eventually(() => (app.getHttpServer() as { listening: boolean }).listening).toBe(false);
      answer$.next('late');
      answer$.complete();
      expect(await (await response).text()).toBe('late');
      await closed;
      expect(states).toStrictEqual(['success', 'disposed']);
    });

    it('should leave one alone that was put in its place', async () => {
      const shared = new CircuitBreakerRegistry();
      const module = Test.createTestingModule({
        imports: [CircuitBreakerModule.forRoot(), CircuitBreakerModule.forFeature(['payments'])],
        providers: [Payments],
      });
      const app = await module.overrideProvider(CircuitBreakerRegistry).useValue(shared).compile();
      expect(app.get(Payments).breaker).toBe(shared.get('payments'));
      shared.get('payments').trip();
      await app.close();
      expect(shared.get('payments').state).toBe('open');
    });

    it('should leave another application of the same module its own', async () => {
      const module = CircuitBreakerModule.forRoot();
      const [one, two] = [await contextOf({ imports: [module] }), await contextOf({ imports: [module] })];
      await one.close();
      two.get(CircuitBreakerRegistry).get('payments');
      expect(two.get(CircuitBreakerRegistry).size).toBe(1);
    });
  });
});
