import { read } from './read.ts';

/** So that an error whose cause is made anew at each look ends too. */
const LONGEST = 100;

/**
 * An error and what it was made of, the outermost first: `cause`, the `error` of Angular's HttpErrorResponse and of an
 * ErrorEvent, the `errors` of an AggregateError. Each comes once, so that a circle ends.
 */
export function* chainOf(error: unknown): Iterable<unknown> {
  const chain = new Set([error]);
  // A Set iterates over what is added meanwhile too.
  for (const link of chain) {
    yield link;
    addInner(chain, link);
  }
}

/** Adds to the links of a chain those that are inside one of them, each once. */
export function addInner(chain: Set<unknown>, link: unknown): void {
  const errors = read(link, 'errors');
  const inner = [read(link, 'cause'), read(link, 'error'), ...(Array.isArray(errors) ? (errors as unknown[]) : [])];
  for (const next of inner) {
    if (typeof next === 'object' && next !== null && chain.size < LONGEST) chain.add(next);
  }
}
