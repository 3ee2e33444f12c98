import type { CircuitBreaker } from '../../../breaker/circuit-breaker.ts';

/**
 * What the page can be allowed to do to a circuit, named as the methods of {@link CircuitBreaker} are.
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
export type DashboardAction = 'reset' | 'forceOpen' | 'disable';

/**
 * What somebody asks of a circuit by the page, for `control` to allow or refuse.
 *
 * @example
 * ```ts
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { dashboard, type DashboardCommand } from 'rxjs-fluxgate/dashboard';
 *
 * const mayReset = ({ action }: DashboardCommand): boolean => action === 'reset';
 * const handler = dashboard(new CircuitBreaker(), { control: (_request, command) => mayReset(command) });
 * console.log(mayReset({ circuit: 'payments', action: 'forceOpen' })); // => false
 * handler.dispose();
 * ```
 *
 * @see {@link DashboardOptions}
 */
export interface DashboardCommand {
  /** The name of the circuit, as the page shows it: with a number if several breakers share it. */
  readonly circuit: string;
  /** What to do to it. */
  readonly action: DashboardAction;
}

const ACTIONS: Readonly<Record<DashboardAction, (breaker: CircuitBreaker) => void>> = {
  reset: (breaker) => breaker.reset(),
  forceOpen: (breaker) => breaker.forceOpen(),
  disable: (breaker) => breaker.disable(),
};

export function isAction(text: string): text is DashboardAction {
  return Object.hasOwn(ACTIONS, text);
}

export function run(action: DashboardAction, breaker: CircuitBreaker): void {
  ACTIONS[action](breaker);
}
