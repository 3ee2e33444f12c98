/** In characters, of a message and of a stack. */
const MAX_MESSAGE = 500;
const MAX_STACK = 4_000;

/**
 * Returns what is left of an error for people: a new Error with its name, its message and its stack, cut, and its `code`
 * and `status` if they are a text or a number. It holds none of the objects that hang on the error, such as a response, its
 * body and its socket. Of a value that is no error, its kind.
 */
export function toCauseSummary(cause: unknown): unknown {
  if (cause === null || (typeof cause !== 'object' && typeof cause !== 'function')) {
    return typeof cause === 'string' ? cut(cause, MAX_MESSAGE) : cause;
  }
  const { name, message, stack, code, status } = readAll(cause, ['name', 'message', 'stack', 'code', 'status']);
  const isError = typeof message === 'string';
  const summary = new Error(isError ? cut(message, MAX_MESSAGE) : `a value: ${Object.prototype.toString.call(cause)}`);
  define(summary, 'name', typeof name === 'string' ? cut(name, 100) : isError ? 'Error' : 'Cause');
  define(summary, 'stack', typeof stack === 'string' ? cut(stack, MAX_STACK) : undefined);
  for (const [key, value] of Object.entries({ code, status })) {
    if (typeof value === 'number' || typeof value === 'string') {
      define(summary, key, typeof value === 'string' ? cut(value, 100) : value);
    }
  }
  return summary;
}

/** Getters of a foreign error may throw. */
function readAll(object: object, keys: readonly string[]): Partial<Record<string, unknown>> {
  const read: Record<string, unknown> = {};
  for (const key of keys) {
    try {
      read[key] = (object as Record<string, unknown>)[key];
    } catch {
      // It has none, then.
    }
  }
  return read;
}

/** Not enumerable, as on any native error: so that nothing of it ends up in JSON unasked. */
function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, configurable: true });
}

/** A part of a long string keeps the whole of it in memory; a copy does not. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${Array.from(text.slice(0, length)).join('')}…`;
}
