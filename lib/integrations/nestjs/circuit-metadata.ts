import type { ExecutionContext } from '@nestjs/common';
import { SSE_METADATA } from '@nestjs/common/constants.js';

/** The metadata of a handler or a controller: the key of its breaker, `true` for a breaker of its own, `false` for none. */
export const CIRCUIT = 'rxjs-fluxgate:circuit';

/** The metadata of a prototype: the names of the methods that are marked, for the check at the start. */
export const MARKED_METHODS = 'rxjs-fluxgate:marked-methods';

type Handler = ReturnType<ExecutionContext['getHandler']>;

/** Returns the key of the breaker that guards a handler, or undefined if none does. */
export function resolveCircuit(context: ExecutionContext): string | undefined {
  const handler = context.getHandler();
  // An event stream may stay open until the client leaves, whatever becomes of the work behind it.
  if (Reflect.getMetadata(SSE_METADATA, handler)) return undefined;

  const controller = context.getClass();
  const circuit: unknown = Reflect.getMetadata(CIRCUIT, handler) ?? Reflect.getMetadata(CIRCUIT, controller);
  if (circuit === false) return undefined;
  return typeof circuit === 'string' ? circuit : `${controller.name}.${getMethodName(context)}`;
}

/** Returns the name of a handler in its controller: a function that a decorator wraps it in may have any name, or none. */
export function getMethodName(context: ExecutionContext): string {
  const handler: Handler = context.getHandler();
  for (const prototype of eachPrototype(context.getClass().prototype)) {
    const method = Reflect.ownKeys(prototype).find(
      (key) => Reflect.getOwnPropertyDescriptor(prototype, key)?.value === handler,
    );
    if (method !== undefined) return String(method);
  }
  return handler.name;
}

/** The prototypes of a class, from its own up to the last before Object's. */
export function* eachPrototype(prototype: unknown): Iterable<object> {
  for (let next = prototype; next instanceof Object; next = Object.getPrototypeOf(next)) yield next;
}
