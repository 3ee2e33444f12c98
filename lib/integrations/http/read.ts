// An error may be anything that was thrown, also a revoked proxy: nothing here throws.

/** Returns a property, or undefined where reading it throws. */
export function read(value: unknown, key: string): unknown {
  try {
    return (value as Record<string, unknown> | null | undefined)?.[key];
  } catch {
    return undefined;
  }
}

/** Returns what a path such as `config.signal.reason` leads to. */
export function readPath(value: unknown, path: string): unknown {
  return path.split('.').reduce(read, value);
}

/** Returns a copy of an array, or an empty one for anything else. */
export function readList(value: unknown): readonly unknown[] {
  try {
    return Array.isArray(value) ? [...(value as readonly unknown[])] : [];
  } catch {
    return [];
  }
}

/** Returns the name of an error and those of its classes, which many SDKs leave as the only sign. */
export function readClassNames(value: unknown): readonly string[] {
  const names = [read(value, 'name')];
  try {
    let prototype: unknown = Object.getPrototypeOf(value);
    while (names.length < 10 && prototype && prototype !== Error.prototype) {
      names.push(read(read(prototype, 'constructor'), 'name'));
      prototype = Object.getPrototypeOf(prototype);
    }
  } catch {
    // A primitive, null, or a proxy that refuses: the names found so far.
  }
  return names.filter((name) => typeof name === 'string');
}
