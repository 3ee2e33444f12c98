import fc from 'fast-check';
import { config as rxjsConfig } from 'rxjs';
import { Invariants, SETTLING_TIME } from './invariants.ts';
import { PATIENCE, World, type CommandName, type Config, type Step } from './world.ts';

const configs: fc.Arbitrary<Config> = fc.record({
  members: fc.integer({ min: 1, max: 5 }),
  tripper: fc.constantFrom('one', 'half', 'default', 'pooled'),
  cooldown: fc.constantFrom(300, 2_000, 7_000),
  probes: fc.integer({ min: 1, max: 3 }),
  maxProbes: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(),
});

const member = fc.nat({ max: 4 });
const commands: readonly CommandName[] = ['trip', 'halfOpen', 'forceOpen', 'disable', 'metricsOnly'];
/** Mostly back to closed, from where most can happen. */
const command = fc.oneof(fc.constant<CommandName>('reset'), fc.constantFrom(...commands));
const kind = <K extends Step['kind']>(name: K) => fc.constant(name);

const quiet: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: kind('pass'), ms: fc.integer({ min: 1, max: 2_500 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('pass'), ms: fc.integer({ min: 1, max: 120 }) }) },
  { weight: 6, arbitrary: fc.record({ kind: kind('call'), member, duration: fc.integer({ min: 0, max: 300 }) }) },
  { weight: 5, arbitrary: fc.record({ kind: kind('calls'), each: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('backend'), well: fc.boolean() }) },
  { weight: 3, arbitrary: fc.constant<Step>({ kind: 'calls', each: 3 }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('pod'), member, well: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('command'), member, name: command }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('watch', 'unwatch'), member }) },
);

const faults: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: kind('engine'), state: fc.constantFrom('up', 'down', 'frozen') }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('restart') }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('latency'), ms: fc.constantFrom(0, 10, 100, 190, 300, 2_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('messages'), lost: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('cut'), member, cut: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('replace'), member }) },
);

const steps = fc.array(fc.oneof({ weight: 5, arbitrary: quiet }, { weight: 1, arbitrary: faults }), {
  minLength: 30,
  maxLength: 80,
  size: 'max',
});

/** Runs random traces; throws the shortest one found in which an invariant does not hold. */
export function runFleetTraces(numRuns: number, seed?: number): void {
  const { onUnhandledError } = rxjsConfig;
  // A member that is not linked reports it.
  rxjsConfig.onUnhandledError = () => undefined;
  try {
    fc.assert(
      fc.property(configs, steps, (config, script) => {
        runTrace(config, script);
      }),
      { numRuns, ...(seed === undefined ? {} : { seed }) },
    );
  } finally {
    rxjsConfig.onUnhandledError = onUnhandledError;
  }
}

export function runTrace(config: Config, script: readonly Step[]): void {
  const world = new World(config);
  const invariants = new Invariants(world);
  try {
    for (const step of script) {
      world.run(step);
      invariants.check();
    }
    world.heal();
    for (let i = 0; i < 20; i++) {
      world.scheduler.pass(SETTLING_TIME / 20);
      invariants.check();
    }
    invariants.settled();
    if (!mayLose(script)) invariants.commandsSurvive();
  } finally {
    world.dispose();
  }
}

/** Whether the engine may lose a command while all members that know it cannot reach it. */
function mayLose(script: readonly Step[]): boolean {
  const loses = script.some(({ kind }) => kind === 'restart');
  const isolates = script.some(
    (step) =>
      step.kind === 'replace' ||
      (step.kind === 'cut' && step.cut) ||
      (step.kind === 'engine' && step.state !== 'up') ||
      (step.kind === 'latency' && step.ms >= PATIENCE),
  );
  return loses && isolates;
}
