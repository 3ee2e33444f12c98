import { CircuitBreaker } from 'rxjs-fluxgate';
import {
  envoyDefaults,
  gobreakerDefaults,
  opossumDefaults,
  pollyDefaults,
  resilience4jDefaults,
  scripted,
  simulate,
} from 'rxjs-fluxgate/simulate';
import CircuitBreakerOfOpossum from 'opossum';
import { describe, expect, it } from 'vitest';
import { changes } from './support.ts';

const dead = scripted([{ duration: 300_000, rate: 10, failureRate: 1 }]);

describe('the defaults of other libraries', () => {
  it.each([
    ['resilience4j', resilience4jDefaults(), 9_900, 60_000],
    ['Polly', pollyDefaults(), 9_900, 5_000],
    ['opossum', opossumDefaults(), 0, 30_000],
    ['gobreaker', gobreakerDefaults(), 500, 60_000],
    ['Envoy', envoyDefaults(), 400, 30_000],
  ])('should open and wait as %s does', (_, options, opened, wait) => {
    expect(new CircuitBreaker(options).state).toBe('closed');
    const [first] = simulate(dead, options).signals;
    expect([first!.timestamp, first!.retryAt! - first!.timestamp]).toStrictEqual([opened, wait]);
  });

  it('should open a circuit of Polly at a tenth, of resilience4j at half', () => {
    const noisy = scripted([{ duration: 60_000, rate: 20, failureRate: 0.2 }]);
    expect(simulate(noisy, pollyDefaults()).openings.length).toBeGreaterThan(0);
    expect(simulate(noisy, resilience4jDefaults()).openings).toStrictEqual([]);
  });

  it("should wait longer each time that Envoy's host is ejected again", () => {
    const waits = simulate(dead, envoyDefaults()).signals.flatMap(({ newState, retryAt, timestamp }) =>
      newState === 'open' ? [retryAt! - timestamp] : [],
    );
    expect(waits.slice(0, 3)).toStrictEqual([30_000, 60_000, 90_000]);
  });

  it('should open at the first failure, as opossum itself does', async () => {
    const theirs = new CircuitBreakerOfOpossum(() => Promise.reject(new Error('down')));
    await theirs.fire().catch(() => undefined);
    expect(theirs.opened).toBe(true);
    theirs.shutdown();
    expect(changes(simulate(dead, opossumDefaults()))[0]).toBe('closed → open at 0');
  });
});
