import 'reflect-metadata';
import { Controller, Get, Logger, Module, ServiceUnavailableException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { failureStreak } from 'rxjs-fluxgate';
import { CircuitBreakerModule, UseCircuitBreaker } from 'rxjs-fluxgate/nestjs';

// A handler that is down: its circuit opens, and the third request is rejected with Retry-After.
let calls = 0;
class StockController {
  find(): never {
    calls++;
    throw new ServiceUnavailableException();
  }
}
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a module may be nothing but its decorator
class AppModule {}

// As TypeScript's decorators would.
const handler = Object.getOwnPropertyDescriptor(StockController.prototype, 'find')!;
Get('stock')(StockController.prototype, 'find', handler);
UseCircuitBreaker('stock')(StockController.prototype, 'find', handler);
Controller()(StockController);
Module({
  imports: [CircuitBreakerModule.forRoot({ tripper: failureStreak(2) })],
  controllers: [StockController],
})(AppModule);

Logger.overrideLogger(false);
const app = await NestFactory.create(AppModule);
await app.listen(0, '127.0.0.1');
const url = await app.getUrl();
const found: string[] = [];
for (let i = 0; i < 3; i++) {
  const response = await fetch(`${url}/stock`);
  found.push(`${String(response.status)}${response.headers.has('retry-after') ? ' with Retry-After' : ''}`);
}
console.log(`${found.join(', ')}; ${String(calls)} calls`);
await app.close();
