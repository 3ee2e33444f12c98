import { read } from './read.ts';

/** Returns a header of a response, or of an error that has headers or a response; trimmed, undefined if there is none. */
export function getHeader(message: unknown, name: string): string | undefined {
  for (const holder of [message, read(message, 'response'), read(message, '$response')]) {
    try {
      const value =
        valueIn(read(holder, 'headers') ?? read(holder, 'responseHeaders'), name) ??
        fromRequest(read(holder, 'xhr'), name);
      if (value !== undefined && value !== null) return String(Array.isArray(value) ? value[0] : value).trim();
    } catch {
      // Try the next holder.
    }
  }
  return undefined;
}

function valueIn(headers: unknown, name: string): unknown {
  if (typeof headers !== 'object' || headers === null) return undefined;
  // Of fetch, Angular and axios.
  if ('get' in headers && typeof headers.get === 'function') {
    return (headers as { get(name: string): unknown }).get(name);
  }
  // Plain, in any case; or Node's raw list of names and values.
  const entries = Array.isArray(headers)
    ? headers.flatMap((key: unknown, index) => (index % 2 === 0 ? [[key, headers[index + 1] as unknown] as const] : []))
    : Object.entries(headers);
  return entries.find(([key]) => String(key).toLowerCase() === name.toLowerCase())?.[1];
}

function fromRequest(xhr: unknown, name: string): unknown {
  if (typeof read(xhr, 'getResponseHeader') !== 'function') return undefined;
  return (xhr as XMLHttpRequest).getResponseHeader(name);
}
