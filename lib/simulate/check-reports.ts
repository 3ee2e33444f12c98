import { wrongType } from '../util/check.ts';
import type { Report } from './report.ts';

/** Throws unless there is at least one report. */
export function checkReports(what: string, reports: readonly Report[]): void {
  if (!Array.isArray(reports) || reports.length === 0) {
    throw wrongType(`${what}: reports`, 'an array of at least one report', reports);
  }
}
