/**
 * For tests of what uses a circuit breaker, in virtual time and with any test runner: {@link outage} and {@link inTurn}
 * are dependencies that behave by a script, {@link drive} works a breaker by marbles, {@link chaos} disturbs a real
 * source, {@link STATES} names the states by letters.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/testing
 */
export { chaos, type ChaosOptions } from './chaos.ts';
export { drive, type Drive, type DriveOptions } from './drive.ts';
export { inTurn, outage, type OutageOptions, type ScriptedSource } from './outage.ts';
export { STATES } from './states.ts';
