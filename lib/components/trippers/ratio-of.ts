/** How far a count is on its way to what a condition asks for: `12 of 20`. */
export function ratioOf(count: number, needed: number): string {
  return `${String(count)} of ${String(needed)}`;
}
