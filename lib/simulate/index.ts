/**
 * What would this configuration have done? Recorded or scripted traffic through breakers in virtual time.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/simulate
 */
export { chart } from './chart.ts';
export { compare } from './compare.ts';
export { page } from './page.ts';
export { envoyDefaults, gobreakerDefaults, opossumDefaults, pollyDefaults, resilience4jDefaults } from './presets.ts';
export { recommend } from './recommend.ts';
export { scripted } from './scripted.ts';
export { shadow } from './shadow.ts';
export { simulate } from './simulate.ts';
export { VirtualScheduler } from './virtual-scheduler.ts';

export { accessLog, type AccessLogOptions } from './formats/access-log.ts';
export { callLine, callLines } from './formats/call-lines.ts';
export { csv } from './formats/csv.ts';
export { har } from './formats/har.ts';
export { jsonLines } from './formats/json-lines.ts';
export { otlp, type OtlpOptions } from './formats/otlp.ts';
export { readTraffic, type ReadOptions } from './formats/read-traffic.ts';
export type { Fields } from './formats/fields.ts';
export type { Format } from './formats/format.ts';

export type { Bin } from './bins.ts';
export type { Grid } from './grid.ts';
export type { Limits } from './limits.ts';
export type { OpeningReport } from './openings.ts';
export type { OutageReport } from './outage-report.ts';
export type { Phase } from './phase.ts';
export type { Ramp } from './ramp.ts';
export type { Candidate, Recommendation } from './recommendation.ts';
export type { Report } from './report.ts';
export type { Shadow, ShadowCounts, ShadowRegistry } from './shadow-types.ts';
export type { Silence } from './silence.ts';
export type { Span, Traffic } from './traffic.ts';
export type { Contender, Outside, World } from './world.ts';
