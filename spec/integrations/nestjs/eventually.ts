import { expect } from 'vitest';

/** Expects something of a value that may take its time, however busy the machine is. */
export const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 4_500, interval: 10 });
