/** How a function reads in a text: the text of a component, else its name, or its code if it has none. */
export function nameOf(fn: (...args: never[]) => unknown): string {
  return Object.hasOwn(fn, 'toString') ? String(fn) : fn.name || String(fn);
}

/** How a component, or the function given in its place, reads inside another. */
export function textOf(like: { toString(): string }): string {
  return typeof like === 'function' ? nameOf(like as () => unknown) : String(like);
}
