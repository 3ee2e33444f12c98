/**
 * A page that shows circuits live.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/dashboard
 */
export {};
