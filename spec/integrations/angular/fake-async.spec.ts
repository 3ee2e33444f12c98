import 'zone.js';
import 'zone.js/testing';
import '@angular/compiler';
import { discardPeriodicTasks, fakeAsync, flush, tick } from '@angular/core/testing';
import { NgZone } from '@angular/core';
import { cooldown, CircuitBreaker, type State } from 'rxjs-fluxgate';
import { outsideAngularScheduler } from 'rxjs-fluxgate/angular';
import { describe, expect, it } from 'vitest';
import { onEach } from '../../support/script.ts';

/** What zone.js does for the tests of Jasmine. */
function inProxyZone(test: () => void): () => void {
  const { Zone } = globalThis as unknown as {
    Zone: { current: { fork(spec: object): { run(work: () => void): void } }; ProxyZoneSpec: new () => object };
  };
  return () => Zone.current.fork(new Zone.ProxyZoneSpec()).run(test);
}

describe('fakeAsync', () => {
  it(
    'should move a watched circuit on by tick(), also for what happens in the zone of Angular',
    inProxyZone(
      fakeAsync(() => {
        const zone = new NgZone({});
        const breaker = new CircuitBreaker({ retry: cooldown(10_000), scheduler: outsideAngularScheduler });
        const states: State[] = [];
        const watching = onEach(breaker.state$, (state) => states.push(state));
        zone.run(() => breaker.trip());
        expect(zone.hasPendingMacrotasks).toBe(false);
        tick(9_999);
        expect(states).toStrictEqual(['closed', 'open']);
        tick(1);
        expect(states).toStrictEqual(['closed', 'open', 'half_open']);
        watching.unsubscribe();
      }),
    ),
  );

  it('should end with a timer in the queue if a watched circuit is left open, unless it is disposed, reset or discarded', () => {
    const leaveOpen = (end: (breaker: CircuitBreaker) => void): (() => void) =>
      inProxyZone(
        fakeAsync(
          () => {
            const breaker = new CircuitBreaker({ retry: cooldown(10_000), scheduler: outsideAngularScheduler });
            onEach(breaker.state$, () => undefined);
            breaker.trip();
            end(breaker);
          },
          { flush: false },
        ),
      );
    expect(leaveOpen(() => undefined)).toThrow(/1 (periodic )?timer\(s\) still in the queue/);
    expect(leaveOpen((breaker) => breaker.dispose())).not.toThrow();
    expect(leaveOpen((breaker) => breaker.reset())).not.toThrow();
    expect(leaveOpen(() => discardPeriodicTasks())).not.toThrow();
    // A timer of RxJS is an interval, which flush() leaves alone.
    expect(leaveOpen(() => void flush())).toThrow(/still in the queue/);
  });
});
