import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { logListener } from '../../components/listeners/log-listener.ts';
import { joinFleet, type Fleet } from '../../fleet/join-fleet.ts';
import { CircuitBreakerRegistry } from '../../registry/circuit-breaker-registry.ts';
import { reportError } from '../../util/report-error.ts';
import { findFeatureOptions } from './feature-options.ts';
import type { ModuleSettings } from './module-options.ts';

/**
 * The registry that the module makes and disposes; one that a test puts in its place is disposed by the test.
 *
 * It is watched, so that circuits go half-open on time: a health check that turns the traffic away while one is open
 * would otherwise keep it open.
 */
export class OwnRegistry extends CircuitBreakerRegistry implements OnApplicationShutdown {
  /** The fleet that the breakers have joined, if they have. */
  readonly fleet: Fleet | undefined;

  constructor({ options, maxSize, silent, fleet }: ModuleSettings, modules: ModulesContainer) {
    const toOptions = typeof options === 'function' ? options : () => options;
    super((name) => ({ ...toOptions(name), ...findFeatureOptions(modules, name) }), { maxSize });
    const listener = silent ? () => undefined : makeListener();
    this.signal$.subscribe({ next: listener, error: reportError });
    this.fleet = fleet && joinFleet(this, fleet);
  }

  /** Runs as the first of all hooks after the requests in flight. */
  onApplicationShutdown(): void {
    this.fleet?.unsubscribe();
    this.dispose();
  }
}

function makeListener(): ReturnType<typeof logListener> {
  const logger = new Logger('CircuitBreaker');
  return logListener({
    logger: { info: (line: string) => logger.log(line), warn: (line: string) => logger.warn(line) },
  });
}
