import type { ExecutionContext } from '@nestjs/common';
import { SSE_METADATA } from '@nestjs/common/constants.js';

/** The metadata of a handler or a controller: the key of its breaker, `true` for a breaker of its own, `false` for none. */
export const CIRCUIT = 'rxjs-fluxgate:circuit';

/** The key of the breaker that guards a handler; undefined if none does. */
export function circuitOf(context: ExecutionContext): string | undefined {
  const handler = context.getHandler();
  // It may stay open for ever, and says nothing about how the handler does its work.
  if (Reflect.getMetadata(SSE_METADATA, handler)) return undefined;

  const controller = context.getClass();
  const circuit: unknown = Reflect.getMetadata(CIRCUIT, handler) ?? Reflect.getMetadata(CIRCUIT, controller);
  if (circuit === false) return undefined;
  return typeof circuit === 'string' ? circuit : `${controller.name}.${handler.name}`;
}
