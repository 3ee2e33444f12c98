import { Sse } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { SkipCircuitBreaker, UseCircuitBreaker } from 'rxjs-fluxgate/nestjs';
import { NEVER, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { circuitOf } from '../../lib/nestjs/circuit-of.ts';

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

@UseCircuitBreaker('stock')
class Marked extends Plain {}

@UseCircuitBreaker()
class MarkedOwn extends Plain {}

@SkipCircuitBreaker()
class Skipped extends Plain {}

class Derived extends Marked {}

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
  ] as const)('of %o, %s, should be %s', (controller, handler, circuit) => {
    const context = new ExecutionContextHost(
      [],
      controller,
      Object.getOwnPropertyDescriptor(Plain.prototype, handler)!.value as () => void,
    );
    expect(circuitOf(context)).toBe(circuit);
  });
});
