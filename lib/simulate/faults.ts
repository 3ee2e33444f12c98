/** What the components of a contender have thrown; it ends the simulation. */
export interface Faults {
  /** Which component threw first, and what. */
  first: { readonly what: string; readonly error: unknown } | undefined;
}

/**
 * Does what a component does, and keeps what it throws. It is not thrown on, because a breaker reports some of it; the
 * simulation ends after the event anyway.
 */
export function watch<T>(what: string, faults: Faults, work: () => T, otherwise: T): T {
  try {
    return work();
  } catch (error) {
    fail(what, faults, error);
    return otherwise;
  }
}

/** Keeps an error, if it is the first. */
export function fail(what: string, faults: Faults, error: unknown): void {
  faults.first ??= { what: `the ${what}`, error };
}
