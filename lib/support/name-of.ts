/** How a user's function reads in a text: its name, or its code if it has none. */
export function nameOf(fn: (...args: never[]) => unknown): string {
  return fn.name || String(fn);
}
