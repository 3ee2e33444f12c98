import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { outage } from 'rxjs-fluxgate/testing';
import { CatalogService } from './catalog-service.ts';

// Without marbles: the clock and the timers of Vitest, or of Jest, drive the breaker and the script alike.
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('should trust the catalog again when it is back', () => {
  const catalog = outage('down 2s ok', { value: { id: 'pen', price: 2 } });
  const service = new CatalogService(() => catalog);
  const prices: number[] = [];
  const call = (): void => {
    service.product('pen').subscribe({ next: ({ price }) => prices.push(price), error: () => undefined });
    vi.advanceTimersByTime(100);
  };

  for (let i = 0; i < 3; i++) call();
  expect(service.breaker.state).toBe('open');
  expect(catalog.attempts).toBe(3);

  vi.advanceTimersByTime(2_000);
  call();
  call();
  expect(service.breaker.state).toBe('closed');
  expect(prices).toEqual([2, 2]);
});
