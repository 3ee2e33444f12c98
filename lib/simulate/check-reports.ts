import { wrongType } from '../util/check.ts';
import type { Report } from './report.ts';

/** Throws unless there is at least one report. */
export function checkReports(what: string, reports: readonly Report[]): void {
  if (!Array.isArray(reports) || reports.length === 0) {
    throw wrongType(`${what}: reports`, 'an array of at least one report', reports);
  }
  for (const [i, report] of (reports as readonly unknown[]).entries()) {
    if (!isReport(report)) throw wrongType(`${what}: reports[${String(i)}]`, 'a report of a simulation', report);
  }
}

function isReport(value: unknown): boolean {
  const { name, outages, openings, timeline } = (value ?? {}) as Partial<Report>;
  return typeof name === 'string' && [outages, openings, timeline].every((list) => Array.isArray(list));
}
