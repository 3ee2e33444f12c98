import 'zone.js';
import 'zone.js/testing';
import { fakeAsync, tick } from '@angular/core/testing';
import { expect, it } from 'vitest';
import { outage } from 'rxjs-fluxgate/testing';
import { CatalogService } from './catalog-service.ts';
import { inProxyZone } from './in-proxy-zone.ts';

it(
  'should leave the catalog alone for a second',
  inProxyZone(
    fakeAsync(() => {
      const catalog = outage('down 1s ok', { value: { id: 'pen', price: 2 } });
      const service = new CatalogService(() => catalog);
      const call = (): void => {
        service.product('pen').subscribe({ error: () => undefined });
        tick(100);
      };

      for (let i = 0; i < 4; i++) call();
      expect(service.breaker.state).toBe('open');
      expect(catalog.attempts).toBe(3);

      tick(1_000);
      call();
      call();
      expect(service.breaker.state).toBe('closed');
    }),
  ),
);
