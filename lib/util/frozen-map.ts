/** A copy of a map that nobody can change; of one of its own, which nobody can change, that itself. */
export function frozenMap<K, V>(original: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  if ((original as Map<K, V>).set === refuse) return original;
  const map = new Map(original);
  for (const method of ['set', 'delete', 'clear']) Object.defineProperty(map, method, { value: refuse });
  return Object.freeze(map);
}

function refuse(): never {
  throw new TypeError('this map cannot be changed');
}
