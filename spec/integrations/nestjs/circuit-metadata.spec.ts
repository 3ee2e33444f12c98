import { Sse } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { SkipCircuitBreaker, UseCircuitBreaker } from 'rxjs-fluxgate/nestjs';
import { NEVER, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { resolveCircuit } from '../../../lib/integrations/nestjs/circuit-metadata.ts';

/** As a decorator that traces or caches may do; what stands above it marks the function that it makes. */
function wrapped(_: object, __: string, descriptor: PropertyDescriptor): void {
  const method = descriptor.value as () => unknown;
  descriptor.value = function () {
    return method.call(this);
  };
}

class Plain {
  list(): void {
    // Not called.
  }
  @UseCircuitBreaker()
  own(): void {
    // Not called.
  }
  @UseCircuitBreaker('payments')
  named(): void {
    // Not called.
  }
  @SkipCircuitBreaker()
  skipped(): void {
    // Not called.
  }
  @Sse()
  @UseCircuitBreaker('payments')
  stream(): Observable<never> {
    return NEVER;
  }
}

class Wrapped {
  @UseCircuitBreaker()
  @wrapped
  own(): void {
    // Not called.
  }
  @wrapped
  list(): void {
    // Not called.
  }
}

@UseCircuitBreaker('stock')
class Marked extends Plain {}

@UseCircuitBreaker()
class MarkedOwn extends Plain {}

@SkipCircuitBreaker()
class Skipped extends Plain {}

class Derived extends Marked {}

class Overriding extends Plain {
  override list(): void {
    // Not called.
  }
}

function methodOf(controller: object, name: string): () => void {
  return (Reflect.get(controller, 'prototype') as Record<string, () => void>)[name]!;
}

describe('the breaker of a handler', () => {
  it.each([
    [Plain, 'list', 'Plain.list'],
    [Plain, 'own', 'Plain.own'],
    [Plain, 'named', 'payments'],
    [Plain, 'skipped', undefined],
    [Plain, 'stream', undefined],
    [Marked, 'list', 'stock'],
    [Marked, 'own', 'Marked.own'],
    [Marked, 'named', 'payments'],
    [Marked, 'skipped', undefined],
    [MarkedOwn, 'list', 'MarkedOwn.list'],
    [Skipped, 'list', undefined],
    [Skipped, 'own', 'Skipped.own'],
    [Derived, 'list', 'stock'],
    [Overriding, 'list', 'Overriding.list'],
    [Wrapped, 'own', 'Wrapped.own'],
    [Wrapped, 'list', 'Wrapped.list'],
  ] as const)('of %o, %s, should be %s', (controller, handler, circuit) => {
    const context = new ExecutionContextHost([], controller, methodOf(controller, handler));
    expect(resolveCircuit(context)).toBe(circuit);
  });

  it('should be called after the function of a handler that is no method', () => {
    const context = new ExecutionContextHost([], Plain, function consume() {
      // Not called.
    });
    expect(resolveCircuit(context)).toBe('Plain.consume');
  });
});
