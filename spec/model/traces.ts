import fc from 'fast-check';
import { configs } from './arbitraries.ts';
import { Model } from './model.ts';
import { traces } from './steps.ts';
import { TestSubject } from './subject.ts';

/** Runs random traces against the model; throws the shortest one found in which the breaker looks different. */
export function runTraces(numRuns: number, seed?: number): void {
  fc.assert(
    fc.property(configs, traces(60), (config, steps) => {
      fc.modelRun(
        () => ({
          model: { model: new Model(config) },
          real: { subject: new TestSubject(config), calls: new Map() },
        }),
        steps,
      );
    }),
    { numRuns, ...(seed === undefined ? {} : { seed }) },
  );
}
