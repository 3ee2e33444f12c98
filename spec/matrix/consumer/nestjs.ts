import type { DynamicModule, NestInterceptor } from '@nestjs/common';
import { CircuitBreakerRegistry, failureStreak } from 'rxjs-fluxgate';
import {
  CircuitBreakerInterceptor,
  CircuitBreakerModule,
  getCircuitBreakerToken,
  InjectCircuitBreaker,
  UseCircuitBreaker,
} from 'rxjs-fluxgate/nestjs';

export const modules: DynamicModule[] = [
  CircuitBreakerModule.forRoot({ tripper: failureStreak(5) }, { maxSize: 10 }),
  CircuitBreakerModule.forRootAsync({ inject: ['N'], useFactory: (n: number) => ({ tripper: failureStreak(n) }) }),
  CircuitBreakerModule.forFeature(['payments']),
];
export const interceptor: NestInterceptor = new CircuitBreakerInterceptor(new CircuitBreakerRegistry());
export const decorators: [MethodDecorator, ParameterDecorator] = [
  UseCircuitBreaker(),
  InjectCircuitBreaker('payments'),
];
export const token: string = getCircuitBreakerToken('payments');
