/** A property of anything; undefined also where reading it throws, since an error may be whatever somebody threw. */
export function read(value: unknown, key: string): unknown {
  try {
    return (value as Record<string, unknown> | null | undefined)?.[key];
  } catch {
    return undefined;
  }
}

/** Whether it is a DOM event of that type. */
export function isEvent(value: unknown, type: string): boolean {
  return read(value, 'type') === type && read(value, 'target') !== undefined;
}
