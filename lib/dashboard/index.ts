/**
 * A page that shows circuits live.
 *
 * @packageDocumentation
 */
export {};
