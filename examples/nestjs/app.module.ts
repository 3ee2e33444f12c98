import { HttpModule } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { cooldown, failureStreak, probes } from 'rxjs-fluxgate';
import { CircuitBreakerModule } from 'rxjs-fluxgate/nestjs';
import { HealthController } from './health.controller.ts';
import { PriceController } from './price.controller.ts';
import { StockController } from './stock.controller.ts';

@Module({
  imports: [
    HttpModule.registerAsync({
      useFactory: () => ({ baseURL: process.env['UPSTREAM_URL'] ?? 'http://127.0.0.1:8080' }),
    }),
    CircuitBreakerModule.forRoot({ tripper: failureStreak(3), retry: cooldown(2_000), recovery: probes(1) }),
    TerminusModule,
    CircuitBreakerModule.forFeature(['prices']),
  ],
  controllers: [StockController, PriceController, HealthController],
})
export class AppModule {}
