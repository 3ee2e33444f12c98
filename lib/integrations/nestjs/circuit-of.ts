import type { ExecutionContext } from '@nestjs/common';
import { SSE_METADATA } from '@nestjs/common/constants.js';

/** The metadata of a handler or a controller: the key of its breaker, `true` for a breaker of its own, `false` for none. */
export const CIRCUIT = 'rxjs-fluxgate:circuit';

type Handler = ReturnType<ExecutionContext['getHandler']>;

/** The key of the breaker that guards a handler; undefined if none does. */
export function circuitOf(context: ExecutionContext): string | undefined {
  const handler = context.getHandler();
  // It may stay open for ever, and says nothing about how the handler does its work.
  if (Reflect.getMetadata(SSE_METADATA, handler)) return undefined;

  const controller = context.getClass();
  const circuit: unknown = Reflect.getMetadata(CIRCUIT, handler) ?? Reflect.getMetadata(CIRCUIT, controller);
  if (circuit === false) return undefined;
  return typeof circuit === 'string' ? circuit : `${controller.name}.${methodOf(controller.prototype, handler)}`;
}

/** What a handler is called in its controller: the function that a decorator wraps it in may have any name, or none. */
function methodOf(prototype: unknown, handler: Handler): string {
  for (let owner = prototype; owner instanceof Object; owner = Object.getPrototypeOf(owner)) {
    const method = Reflect.ownKeys(owner).find(
      (key) => Reflect.getOwnPropertyDescriptor(owner, key)?.value === handler,
    );
    if (method !== undefined) return String(method);
  }
  return handler.name;
}
