import type { Run } from './observed.ts';
import type { Prepared } from './prepare.ts';
import { ReactingSimulation } from './reacting-simulation.ts';
import { Simulation } from './simulation.ts';
import type { Contender } from './world.ts';

/** Starts the run of a contender, in the world that was asked for. */
export function startRun(prepared: Prepared, contender: Contender): Run {
  return prepared.world.reaction ? new ReactingSimulation(prepared, contender) : new Simulation(prepared, contender);
}
