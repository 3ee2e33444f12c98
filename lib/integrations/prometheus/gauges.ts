import { Gauge } from 'prom-client';
import type { CircuitBreaker } from '../../breaker/circuit-breaker.ts';
import { tryOrReport } from '../../util/report-error.ts';
import { described, type Register } from './metrics.ts';
import { STATES } from '../../types/states.ts';

/**
 * Registers the gauges, which are read anew at each scrape: nothing is done for them at a call, and nothing is left of
 * a breaker that is gone.
 */
export function addGauges(register: Register, breakers: () => Iterable<CircuitBreaker>): void {
  /** Adds up, since breakers may share a name; one that cannot be read is left out, and spoils no scrape. */
  const fill = (gauge: { reset(): void }, read: (breaker: CircuitBreaker) => void): void => {
    gauge.reset();
    for (const breaker of breakers()) tryOrReport(() => read(breaker));
  };

  new Gauge({
    ...described(register, 'circuit_breaker_state', 'state'),
    collect() {
      fill(this, ({ name, state: current }) => {
        for (const state of STATES) this.inc({ circuit_name: name, state }, state === current ? 1 : 0);
      });
    },
  });
  new Gauge({
    ...described(register, 'circuit_breaker_calls_in_flight'),
    collect() {
      fill(this, (breaker) => this.inc({ circuit_name: breaker.name }, breaker.info().inFlight));
    },
  });
  new Gauge({
    ...described(register, 'circuit_breaker_reopens'),
    collect() {
      fill(this, (breaker) => this.inc({ circuit_name: breaker.name }, breaker.info().reopens));
    },
  });
}
