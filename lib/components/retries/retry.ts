import type { ObservableInput } from 'rxjs';
import type { Opening } from '../../types/opening.ts';

/**
 * Decides how long an open circuit waits before it lets probes through; called once for each opening.
 *
 * A number is the wait in ms, rounded up: 0 is due at once, `Infinity` never. An Observable or a promise is a notifier,
 * subscribed while the circuit is open: its first value makes the circuit half-open there and then, completing without
 * one means never, an error is reported and from then on the wait is 60 s. A retry that throws or returns anything else
 * is reported, and the wait is 60 s.
 *
 * @example
 * ```ts
 * import { fromEvent } from 'rxjs';
 * import { CircuitBreaker, type Retry } from 'rxjs-fluxgate';
 *
 * // Tried again as soon as the machine is back on line.
 * const machine = new EventTarget(); // in a browser: window
 * const online: Retry = () => fromEvent(machine, 'online');
 * const breaker = new CircuitBreaker({ retry: online });
 * breaker.trip();
 * machine.dispatchEvent(new Event('online'));
 * console.log(breaker.state); // => half_open
 * ```
 *
 * @see {@link cooldown}, {@link backoff}, {@link retryIf}, {@link always}, {@link never}
 * @see Fluxgate's `Retry`
 */
export type Retry = (opening: Opening) => number | ObservableInput<unknown>;
