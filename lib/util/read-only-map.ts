/** A copy of a map that throws where a map would change. */
export function toReadOnlyMap<K, V>(original: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  const map = new Map(original);
  for (const method of ['set', 'delete', 'clear']) Object.defineProperty(map, method, { value: refuse });
  return Object.freeze(map);
}

function refuse(): never {
  throw new TypeError('this map cannot be changed');
}
