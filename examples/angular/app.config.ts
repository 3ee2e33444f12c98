import { provideHttpClient, withInterceptors } from '@angular/common/http';
import type { ApplicationConfig } from '@angular/core';
import { cooldown, failureStreak, probes } from 'rxjs-fluxgate';
import { circuitBreakerInterceptor, provideCircuitBreakers } from 'rxjs-fluxgate/angular';

/** As in the `app.config.ts` of an application of yours, but in a hurry: yours opens less soon, and waits longer. */
export const appConfig: ApplicationConfig = {
  providers: [
    provideHttpClient(withInterceptors([circuitBreakerInterceptor])),
    provideCircuitBreakers({ tripper: failureStreak(3), retry: cooldown(1_500), recovery: probes(1) }),
  ],
};
