/** What the components of a contender have thrown; it ends the simulation. */
export interface Faults {
  /** Which component threw first, and what. */
  first: { readonly what: string; readonly error: unknown } | undefined;
}

/** Does what a component does; what it throws is kept, and thrown on. */
export function watch<T>(what: string, faults: Faults, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fail(what, faults, error);
  }
}

/** Keeps an error, if it is the first, and returns it. */
export function fail(what: string, faults: Faults, error: unknown): unknown {
  faults.first ??= { what: `the ${what}`, error };
  return error;
}
