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
 * const breaker = new CircuitBreaker();
 * const states: State[] = [];
 * breaker.state$.subscribe((state) => states.push(state));
 * breaker.trip();
 * breaker.reset();
 * console.log(states.join(' → ')); // => closed → open → closed
 * ```
 *
 * @see {@link CircuitBreaker}
 */
export type State = 'closed' | 'open' | 'half_open' | 'metrics_only' | 'disabled' | 'forced_open';
