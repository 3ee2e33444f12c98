import { Controller, Get, Injectable, Scope, SetMetadata, type ModuleMetadata, type Provider } from '@nestjs/common';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { Test } from '@nestjs/testing';
import { CircuitBreakerModule, UseCircuitBreaker } from 'rxjs-fluxgate/nestjs';
import { describe, expect, it, onTestFinished } from 'vitest';

async function start(metadata: ModuleMetadata): Promise<void> {
  const app = await Test.createTestingModule({ ...metadata, imports: [CircuitBreakerModule.forRoot()] }).compile();
  onTestFinished(() => app.close());
  await app.init();
}

@Injectable()
class Service {
  @UseCircuitBreaker('prices')
  price(): Promise<number> {
    return Promise.resolve(42);
  }
}

@Injectable()
@UseCircuitBreaker('prices')
class MarkedService {
  price(): Promise<number> {
    return Promise.resolve(42);
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestService extends Service {}

@Controller()
class WithHelper {
  @Get()
  get(): Promise<number> {
    return this.helper();
  }
  @UseCircuitBreaker('prices')
  helper(): Promise<number> {
    return Promise.resolve(42);
  }
}

@Injectable()
class Scheduled {
  @SetMetadata('SCHEDULE_CRON_OPTIONS', {})
  @UseCircuitBreaker('prices')
  run(): Promise<number> {
    return Promise.resolve(42);
  }
}

function replacing(_: object, __: string, descriptor: PropertyDescriptor): void {
  descriptor.value = () => 42;
}

@Controller()
class Replaced {
  @Get()
  @replacing
  @UseCircuitBreaker('prices')
  get(): number {
    return 42;
  }
}

describe('@UseCircuitBreaker', () => {
  it.each<[string, ModuleMetadata, RegExp]>([
    ['a method of a service', { providers: [Service] }, /on Service\.price would do nothing.*use @Guarded/],
    ['a service', { providers: [MarkedService] }, /on MarkedService would do nothing.*use @Guarded/],
    [
      'a method of a service of request scope',
      { providers: [RequestService] },
      /on RequestService\.price would do nothing/,
    ],
    [
      'a method of what a factory made',
      { providers: [{ provide: 'prices', useFactory: () => new Service() }] },
      /on Service\.price/,
    ],
    ['a method of a value', { providers: [{ provide: 'prices', useValue: new Service() }] }, /on Service\.price/],
    [
      'a method of a controller that is no handler',
      { controllers: [WithHelper] },
      /on WithHelper\.helper would do nothing/,
    ],
    ['a scheduled method', { providers: [Scheduled] }, /on Scheduled\.run would do nothing/],
    [
      'a handler that a decorator above it replaces',
      { controllers: [Replaced] },
      /on Replaced\.get.*a decorator above it/,
    ],
  ])('should not let an application start with it on %s', async (_, metadata, message) => {
    await expect(start(metadata)).rejects.toThrow(message);
  });

  describe('on the resolver of a field', () => {
    @Resolver('Price')
    class PriceResolver {
      @ResolveField(() => Number)
      @UseCircuitBreaker('prices')
      amount(): number {
        return 42;
      }
    }
    const options = (fieldResolverEnhancers?: string[]): Provider => ({
      provide: 'GqlModuleOptions',
      useValue: { fieldResolverEnhancers },
    });

    it('should not let an application start where GraphQL runs no interceptors around fields', async () => {
      const message = /on PriceResolver\.amount would do nothing.*fieldResolverEnhancers/;
      await expect(start({ providers: [PriceResolver, options()] })).rejects.toThrow(message);
      await expect(start({ providers: [PriceResolver, options(['guards'])] })).rejects.toThrow(message);
    });

    it('should let it start where GraphQL does', async () => {
      await start({ providers: [PriceResolver, options(['interceptors'])] });
    });
  });

  it('should let it start with handlers, inherited, overridden and of marked controllers', async () => {
    @Controller('base')
    class Base {
      @Get()
      @UseCircuitBreaker('base')
      get(): number {
        return 42;
      }
    }
    @Controller('inherits')
    class Inherits extends Base {}
    @Controller('overrides')
    class Overrides extends Base {
      @Get()
      override get(): number {
        return 43;
      }
    }
    @Controller('marked')
    @UseCircuitBreaker()
    class Marked extends Base {}
    @Injectable()
    class OverridesInService extends Service {
      override price(): Promise<number> {
        return Promise.resolve(43);
      }
    }
    await start({ controllers: [Base, Inherits, Overrides, Marked], providers: [OverridesInService] });
  });
});
