import type { CircuitBreaker } from '../../../breaker/circuit-breaker.ts';

/**
 * The commands that the page can be allowed to give, named as the methods of {@link CircuitBreaker} are.
 *
 * @example
 * ```ts
 * import type { DashboardAction } from 'rxjs-fluxgate/dashboard';
 *
 * const harmless: readonly DashboardAction[] = ['reset'];
 * console.log(harmless.includes('disable')); // => false
 * ```
 *
 * @see {@link DashboardCommand}
 */
export type DashboardAction = 'reset' | 'forceOpen' | 'disable' | 'metricsOnly';

/**
 * A command from the page, for `control` to allow or refuse.
 *
 * @example
 * ```ts
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { dashboard, type DashboardCommand } from 'rxjs-fluxgate/dashboard';
 *
 * const mayReset = ({ action }: DashboardCommand): boolean => action === 'reset';
 * const handler = dashboard(new CircuitBreaker(), { control: (_request, command) => mayReset(command) });
 * console.log(mayReset({ circuit: 'payments', action: 'forceOpen', why: 'maintenance' })); // => false
 * handler.dispose();
 * ```
 *
 * @see {@link DashboardOptions}
 */
export interface DashboardCommand {
  /** The name of the circuit, as the page shows it: with a number if several breakers share it. */
  readonly circuit: string;
  /** The command. */
  readonly action: DashboardAction;
  /** The reason that the sender gave, on one line of at most 200 characters; empty if none. It goes into the signal. */
  readonly why: string;
}

const ACTIONS: Readonly<Record<DashboardAction, (breaker: CircuitBreaker, why: string | undefined) => void>> = {
  reset: (breaker, why) => breaker.reset(why),
  forceOpen: (breaker, why) => breaker.forceOpen(why),
  disable: (breaker, why) => breaker.disable(why),
  metricsOnly: (breaker, why) => breaker.metricsOnly(why),
};

export function isAction(text: string): text is DashboardAction {
  return Object.hasOwn(ACTIONS, text);
}

export function run({ action, why }: DashboardCommand, breaker: CircuitBreaker): void {
  ACTIONS[action](breaker, why === '' ? undefined : why);
}
