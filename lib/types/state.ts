/**
 * The six states of a circuit.
 *
 * | state | calls | recorded | how it is left |
 * | --- | --- | --- | --- |
 * | `closed` | admitted | yes | the tripper holds |
 * | `open` | rejected | - | the retry is due |
 * | `half_open` | a few probes admitted | yes | the recovery decides |
 * | `metrics_only` | admitted | yes, never trips | a command |
 * | `disabled` | admitted | no | a command |
 * | `forced_open` | rejected | - | a command |
 *
 * @example
 * ```ts
 * import { CircuitBreaker, type State } from 'rxjs-fluxgate';
 *
 * const state: State = new CircuitBreaker().state;
 * console.log(state); // => closed
 * ```
 *
 * @see {@link CircuitBreaker}
 */
export type State = 'closed' | 'open' | 'half_open' | 'metrics_only' | 'disabled' | 'forced_open';
