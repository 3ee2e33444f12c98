/**
 * What would this configuration have done? Recorded or scripted traffic through breakers in virtual time.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/simulate
 */
export { scripted } from './scripted.ts';
export { simulate } from './simulate.ts';
export { VirtualScheduler } from './virtual-scheduler.ts';

export type { Bin } from './bins.ts';
export type { OpeningReport } from './openings.ts';
export type { OutageReport } from './outage-report.ts';
export type { Phase } from './phase.ts';
export type { Ramp } from './ramp.ts';
export type { Report } from './report.ts';
export type { Silence } from './silence.ts';
export type { Span, Traffic } from './traffic.ts';
export type { Contender, Outside, World } from './world.ts';
