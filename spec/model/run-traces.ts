import fc from 'fast-check';
import { config as rxjsConfig } from 'rxjs';
import { configs } from './arbitraries.ts';
import { Invariants } from './invariants.ts';
import { Model } from './model.ts';
import { expectNeverStuck } from './never-stuck.ts';
import { traces } from './trace.ts';
import { TestSubject } from './subject.ts';

/** Runs random traces against the model; throws the shortest one found in which the breaker looks different. */
export function runTraces(numRuns: number, seed?: number): void {
  const { onUnhandledError } = rxjsConfig;
  try {
    fc.assert(
      fc.property(configs, traces(60), (config, steps) => {
        const subject = new TestSubject(config);
        const model = new Model(config);
        fc.modelRun(() => ({ model: { model }, real: { subject, invariants: new Invariants(subject) } }), steps);
        expectNeverStuck(subject);
      }),
      { numRuns, ...(seed === undefined ? {} : { seed }) },
    );
  } finally {
    rxjsConfig.onUnhandledError = onUnhandledError;
  }
}
