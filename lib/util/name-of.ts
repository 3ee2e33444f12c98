/** How a user's function reads in a text: its name, or its code if it has none. */
export function nameOf(fn: (...args: never[]) => unknown): string {
  return fn.name || String(fn);
}

/** How a component, or the function given in its place, reads inside another. */
export function textOf(like: { toString(): string }): string {
  return typeof like === 'function' ? nameOf(like as () => unknown) : String(like);
}
