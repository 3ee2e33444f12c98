/**
 * The order of the rows. While it is held, as under a pointer, no row changes its place: new ones come last.
 *
 * @param before the keys as they are in place
 * @param wanted the keys as they would be
 */
export function keepOrder(before: readonly string[], wanted: readonly string[], held: boolean): readonly string[] {
  if (!held) return wanted;
  const present = new Set(wanted);
  const kept = before.filter((key) => present.has(key));
  const known = new Set(kept);
  return [...kept, ...wanted.filter((key) => !known.has(key))];
}
