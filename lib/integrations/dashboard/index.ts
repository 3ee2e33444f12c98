/**
 * A page that shows circuits live: {@link dashboard} makes a request handler that serves it.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/dashboard
 */
export { dashboard, type DashboardHandler } from './server/dashboard.ts';
export type { DashboardAction, DashboardCommand } from './server/command.ts';
export type { DashboardOptions } from './server/options.ts';
