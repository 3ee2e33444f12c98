import { checkOptions, wrongType } from '../../util/check.ts';

/**
 * Which HTTP statuses are failures of the dependency: a list of them, or a function of the status.
 *
 * @example
 * ```ts
 * import { httpFailure, type FailingStatuses } from 'rxjs-fluxgate/http';
 *
 * const gatewayErrors: FailingStatuses = [502, 503, 504];
 * console.log(httpFailure({ statuses: gatewayErrors }).test({ status: 500 })); // => false
 * ```
 *
 * @see {@link StatusOptions}
 */
export type FailingStatuses = readonly number[] | ((status: number) => boolean);

/**
 * Options of {@link httpFailure} and {@link responseOutcome}.
 *
 * @example
 * ```ts
 * import { httpFailure, responseOutcome, type StatusOptions } from 'rxjs-fluxgate/http';
 *
 * // This service returns 420 when it is overloaded.
 * const options: StatusOptions = { statuses: (status) => status >= 500 || status === 420 };
 * console.log(httpFailure(options).test({ status: 420 }), responseOutcome(options)({ status: 429 })); // => true success
 * ```
 *
 * @see {@link httpFailure}, {@link responseOutcome}
 */
export interface StatusOptions {
  /** Which statuses are failures. Default 408, 429 and 500 to 599. */
  readonly statuses?: FailingStatuses | undefined;
}

/** Includes 408, which stands for a time-out, and 429, which an overloaded server returns. */
export function failsByDefault(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status <= 599);
}

/** Checks the options and returns which statuses are failures. */
export function resolveFailingStatus(what: string, options: StatusOptions): (status: number) => boolean {
  checkOptions(what, options, ['statuses']);
  const { statuses = failsByDefault } = options;
  if (!Array.isArray(statuses)) {
    if (typeof statuses !== 'function') throw wrongType(`${what}: statuses`, 'an array or a function', statuses);
    return statuses;
  }
  for (const status of statuses as readonly unknown[]) checkStatus(`${what}: each of statuses`, status);
  const failing = new Set(statuses as readonly number[]);
  return (status) => failing.has(status);
}

function checkStatus(what: string, status: unknown): void {
  const takes = 'an integer from 100 to 599';
  if (typeof status !== 'number') throw wrongType(what, takes, status);
  if (!Number.isInteger(status) || status < 100 || status > 599) {
    throw new RangeError(`${what} must be ${takes}, got ${String(status)}`);
  }
}
