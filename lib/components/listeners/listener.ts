import type { Signal } from '../../types/signal.ts';

/**
 * Called with each state change once and in order, from the option `listeners`; it is no subscriber of
 * `signal$`, so it does not make an open circuit go half-open on time.
 *
 * One that throws delays no call and starves no other listener; the error goes to RxJS's `config.onUnhandledError`, or
 * to `console.error`.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, type Listener } from 'rxjs-fluxgate';
 *
 * const print: Listener = ({ name, newState }) => console.log(name, newState);
 * const breaker = new CircuitBreaker({ name: 'stock', listeners: [print] });
 * breaker.disable(); // => stock disabled
 * ```
 *
 * @see {@link AsyncListener}, {@link logListener}
 * @see Fluxgate's `Listener`
 */
export type Listener = (signal: Signal) => void;

/**
 * A {@link Listener} that takes its time; the breaker does not wait for it, and if it rejects, that is reported in the same way.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, type AsyncListener } from 'rxjs-fluxgate';
 *
 * const post: AsyncListener = async (signal) => {
 *   // Send it somewhere.
 *   await Promise.resolve(JSON.stringify({ ...signal, cause: String(signal.cause) }));
 * };
 * const breaker = new CircuitBreaker({ listeners: [post] });
 * breaker.disable();
 * console.log(breaker.state); // => disabled
 * ```
 *
 * @see {@link Listener}
 * @see Fluxgate's `AsyncListener`
 */
export type AsyncListener = (signal: Signal) => PromiseLike<void>;
