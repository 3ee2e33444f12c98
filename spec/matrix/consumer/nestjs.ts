import type { CanActivate, DynamicModule, ExceptionFilter, NestInterceptor } from '@nestjs/common';
import { CircuitBreakerRegistry, failureStreak } from 'rxjs-fluxgate';
import {
  CircuitBreakerFilter,
  CircuitBreakerHealthIndicator,
  CircuitBreakerInterceptor,
  CircuitBreakerModule,
  DashboardModule,
  getCircuitBreakerToken,
  Guarded,
  InjectCircuitBreaker,
  UseCircuitBreaker,
  type CircuitBreakerModuleOptions,
  type CircuitBreakerOptionsFactory,
  type GuardedOptions,
} from 'rxjs-fluxgate/nestjs';

class Config implements CircuitBreakerOptionsFactory {
  createCircuitBreakerOptions(): CircuitBreakerModuleOptions {
    return { tripper: failureStreak(5), maxSize: 10, silent: true };
  }
}

class Operators implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

export const modules: DynamicModule[] = [
  CircuitBreakerModule.forRoot({ tripper: failureStreak(5), maxSize: 10 }),
  CircuitBreakerModule.forRoot((name) => ({ tripper: failureStreak(name.length) }), { maxSize: 10, silent: true }),
  CircuitBreakerModule.forRootAsync({ inject: ['N'], useFactory: (n: number) => ({ tripper: failureStreak(n) }) }),
  CircuitBreakerModule.forRootAsync({ useClass: Config }),
  CircuitBreakerModule.forRootAsync({ useExisting: Config }),
  CircuitBreakerModule.forFeature(['payments', { name: 'stock', tripper: failureStreak(1) }]),
  DashboardModule.forRoot({ guards: [Operators, new Operators()], title: 'Shop' }),
];
export const interceptor: NestInterceptor = new CircuitBreakerInterceptor(new CircuitBreakerRegistry());
export const filter: ExceptionFilter = new CircuitBreakerFilter();
export const decorators: [MethodDecorator, ParameterDecorator] = [
  UseCircuitBreaker(),
  InjectCircuitBreaker('payments'),
];
export const token: string = getCircuitBreakerToken('payments');
export const status: 'up' | 'down' | undefined = new CircuitBreakerHealthIndicator(new CircuitBreakerRegistry()).check(
  'circuits',
  { down: ['open'], only: (name) => name !== 'stock' },
)['circuits']?.status;

const options: GuardedOptions = { timeout: 1_000, fallback: (error, id) => `${error.state} ${String(id)}` };

type Price = (id: string) => Promise<string>;
export const guarded: (prices: object, method: string, descriptor: TypedPropertyDescriptor<Price>) => void = Guarded(
  'prices',
  options,
);
