import '@angular/compiler';
import { IMAGE_CONFIG } from '@angular/common';
import { HttpBackend, HttpClient, HttpErrorResponse, provideHttpClient, withInterceptors } from '@angular/common/http';
import { RendererFactory2 } from '@angular/core';
import { createApplication } from '@angular/platform-browser';
import 'zone.js';
import { throwError } from 'rxjs';
import { CircuitBreakerRegistry, failureStreak } from 'rxjs-fluxgate';
import { circuitBreakerInterceptor, provideCircuitBreakers } from 'rxjs-fluxgate/angular';

// A service that is down: the interceptor opens the circuit of its host and rejects.
let requests = 0;
const down = new HttpErrorResponse({ status: 503, url: 'https://stock.example/' });
const handle = () => (requests++, throwError(() => down));
const app = await createApplication({
  providers: [
    // Without a document.
    { provide: IMAGE_CONFIG, useValue: { disableImageSizeWarning: true, disableImageLazyLoadWarning: true } },
    { provide: RendererFactory2, useValue: null },
    provideHttpClient(withInterceptors([circuitBreakerInterceptor])),
    provideCircuitBreakers({ tripper: failureStreak(2) }),
    { provide: HttpBackend, useValue: { handle } },
  ],
});
const names: string[] = [];
for (let i = 0; i < 3; i++) {
  const http = app.injector.get(HttpClient);
  http.get('https://stock.example/42').subscribe({ error: (error: unknown) => names.push((error as Error).name) });
}
const states = [...app.injector.get(CircuitBreakerRegistry)].map(({ name, state }) => `${name}: ${state}`);
console.log(`${names.join(', ')}; ${String(requests)} requests; ${states.join(', ')}`);
app.destroy();
