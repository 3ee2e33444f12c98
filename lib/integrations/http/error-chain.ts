import { read, readList } from './read.ts';

/** Ends the search in an error that makes a new cause at each look. */
const MAX_LENGTH = 100;

/**
 * Where errors keep the error that they were made of: `cause` everywhere, `error` in Angular's HttpErrorResponse and in
 * an ErrorEvent, `networkError` in GraphQL clients, `originalError` and `original` in wrappers, `reason` in a settled
 * promise, `lastError` in the errors of retry helpers, `suppressed` in a SuppressedError.
 */
const INNER = ['cause', 'error', 'networkError', 'originalError', 'original', 'reason', 'lastError', 'suppressed'];

/** An error and the errors inside it, the outermost first, each once, so that a circle ends. */
export function* chainOf(error: unknown): Iterable<unknown> {
  const chain = new Set([error]);
  // A Set also iterates over what is added meanwhile.
  for (const link of chain) {
    yield link;
    addInner(chain, link);
  }
}

/** Adds the errors inside a link to the chain. */
export function addInner(chain: Set<unknown>, link: unknown): void {
  const inner = INNER.map((key) => read(link, key)).concat(readList(read(link, 'errors')));
  for (const next of inner) {
    if (typeof next === 'object' && next !== null && chain.size < MAX_LENGTH) chain.add(next);
  }
}
