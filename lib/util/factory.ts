import { nameOf } from './name-of.ts';

const FACTORIES = new WeakSet();

/**
 * Makes a factory of components that print like the code that made them, and that {@link checkCalled} refuses where a
 * component belongs: `retry: cooldown` would otherwise be a retry that fails at the first opening.
 */
export function factory<F extends (...args: never[]) => object>(name: string, make: F): F {
  const made = (...args: never[]): object => printAs(`${name}(${args.map(show).join(', ')})`, make(...args));
  Object.defineProperty(made, 'name', { value: name });
  FACTORIES.add(made);
  // TypeScript cannot see that the wrapper takes and returns what the function does.
  return made as F;
}

/** Gives a component the text that it prints as, unless it has one already. */
export function printAs<T extends object>(text: string, component: T): T {
  if (!Object.hasOwn(component, 'toString')) Object.defineProperty(component, 'toString', { value: () => text });
  return component;
}

/** Throws a TypeError if `value` is a factory that was passed without being called. */
export function checkCalled(what: string, value: unknown): void {
  if (typeof value !== 'function' || !FACTORIES.has(value)) return;
  throw new TypeError(`${what} must be a component, got the factory ${value.name} itself; call it: ${value.name}(…)`);
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return nameOf(value as () => unknown);
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value !== 'object' || value?.toString !== Object.prototype.toString) return String(value);
  const members = Object.entries(value).map(([key, member]) => `${key}: ${show(member)}`);
  return members.length > 0 ? `{ ${members.join(', ')} }` : '{}';
}
