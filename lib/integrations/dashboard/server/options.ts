import type { IncomingMessage } from 'node:http';
import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { checkFleet } from '../../../fleet/check-fleet.ts';
import type { Fleet } from '../../../fleet/join-fleet.ts';
import { checkCount, checkDuration, checkFunction, checkOptions, wrongType } from '../../../util/check.ts';
import type { DashboardCommand } from './command.ts';

/** The longest interval in ms: each update also shows proxies and the page that the connection is alive. */
const LONGEST_INTERVAL = 10_000;

const SHORTEST_INTERVAL = 100;

/**
 * Options of {@link dashboard}; all have defaults.
 *
 * @example
 * ```ts
 * import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
 * import { dashboard, type DashboardOptions } from 'rxjs-fluxgate/dashboard';
 *
 * const options: DashboardOptions = {
 *   title: 'Shop',
 *   control: (request, { circuit, action }) => {
 *     console.log(circuit, action);
 *     return request.headers.authorization === 'Bearer of the key';
 *   },
 * };
 * const handler = dashboard(new CircuitBreakerRegistry(), options);
 * handler.dispose();
 * ```
 *
 * @see {@link dashboard}
 */
export interface DashboardOptions {
  /** The heading of the page. Default `'Circuits'`. */
  readonly title?: string | undefined;
  /**
   * Whether the sender of a request may give a command. Default none: the page only shows, and every command is a 404.
   * False is a 403; if it throws or rejects, nothing is done, the error is reported, and the response is a 500. It should
   * settle within a few seconds: a command is dropped once its sender has left or has been answered otherwise.
   */
  readonly control?:
    ((request: IncomingMessage, command: DashboardCommand) => boolean | PromiseLike<boolean>) | undefined;
  /**
   * Makes a text of the error of a failed call, for the page to show the last one of each circuit; undefined shows none.
   * It is cut at 300 characters and shown as text, never as markup. Called once an interval and circuit at most. Default
   * none: an error may hold what no page should show, such as a token.
   */
  readonly errorText?: ((error: unknown) => string | undefined) | undefined;
  /**
   * What `joinFleet` has returned: the page shows how each circuit stands with its fleet, and that a command reaches all
   * members. If it is not linked, that is the message of the store's error. Default none.
   */
  readonly fleet?: Fleet | undefined;
  /** How many pages may be open at once, an integer of at least 1; one more gets a 503. Default 50. */
  readonly maxClients?: number | undefined;
  /** The ms from one sample to the next, from 100 to 10_000. Default 1_000. */
  readonly interval?: number | undefined;
  /** How many ms of samples are kept, above 0. Default 300_000. */
  readonly history?: number | undefined;
  /** The source of all time, the same as for the breakers. Default RxJS's `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/** The options with the defaults filled in. */
export interface DashboardSettings {
  readonly title: string;
  readonly control: DashboardOptions['control'];
  readonly errorText: DashboardOptions['errorText'];
  readonly fleet: Fleet | undefined;
  readonly maxClients: number;
  readonly interval: number;
  readonly history: number;
  readonly scheduler: SchedulerLike;
}

export function resolveOptions(options: DashboardOptions): DashboardSettings {
  checkOptions('dashboard', options, [
    'title',
    'control',
    'errorText',
    'fleet',
    'maxClients',
    'interval',
    'history',
    'scheduler',
  ]);
  const { title = 'Circuits', control, maxClients = 50, interval = 1_000, history = 300_000 } = options;
  const { errorText, fleet, scheduler = asyncScheduler } = options;
  if (typeof title !== 'string') throw wrongType('dashboard: title', 'a string', title);
  if (control !== undefined) checkFunction('dashboard: control', control);
  if (errorText !== undefined) checkFunction('dashboard: errorText', errorText);
  if (fleet !== undefined) checkFleet('dashboard: fleet', fleet);
  checkCount('dashboard: maxClients', maxClients);
  checkInterval(interval);
  checkDuration('dashboard: history', history);
  checkScheduler(scheduler);
  return { title, control, errorText, fleet, maxClients, interval, history, scheduler };
}

function checkInterval(interval: unknown): void {
  const what = 'dashboard: interval';
  const takes = `a number of ms from ${String(SHORTEST_INTERVAL)} to ${String(LONGEST_INTERVAL)}`;
  if (typeof interval !== 'number') throw wrongType(what, takes, interval);
  if (interval >= SHORTEST_INTERVAL && interval <= LONGEST_INTERVAL) return;
  throw new RangeError(`${what} must be ${takes}, got ${String(interval)}`);
}

function checkScheduler(scheduler: unknown): void {
  const { now, schedule } = (scheduler ?? {}) as Partial<SchedulerLike>;
  if (typeof now !== 'function' || typeof schedule !== 'function') {
    throw wrongType('dashboard: scheduler', 'a SchedulerLike with now() and schedule()', scheduler);
  }
}
