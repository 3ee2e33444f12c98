import 'zone.js/node';
import '@angular/compiler';
import { NgZone } from '@angular/core';
import { asyncScheduler, interval, type SchedulerAction } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { outsideAngularScheduler } from 'rxjs-fluxgate/angular';
import { describe, expect, it } from 'vitest';
import { onEach } from '../../support/script.ts';

describe('outsideAngularScheduler', () => {
  it('should keep its timers outside of the zone', () => {
    const zone = new NgZone({});
    zone.run(() => asyncScheduler.schedule(() => undefined, 3_600_000).unsubscribe());
    const ours = zone.run(() => outsideAngularScheduler.schedule(() => undefined, 3_600_000));
    expect(zone.hasPendingMacrotasks).toBe(false);
    ours.unsubscribe();
  });

  it('should run the work in the zone that scheduled it, so that templates follow', async () => {
    const zone = new NgZone({});
    const inside = await new Promise((resolve) =>
      zone.run(() => outsideAngularScheduler.schedule(() => resolve(NgZone.isInAngularZone()), 1)),
    );
    expect(inside).toBe(true);
    const outside = await new Promise((resolve) =>
      outsideAngularScheduler.schedule(() => resolve(NgZone.isInAngularZone()), 1),
    );
    expect(outside).toBe(false);
  });

  it('should hand on the state, and stay outside when the work schedules itself again', async () => {
    const zone = new NgZone({});
    const runs: [number | undefined, boolean][] = [];
    await new Promise<void>((resolve) => {
      function work(this: SchedulerAction<number>, count?: number): void {
        runs.push([count, zone.hasPendingMacrotasks]);
        // Another delay makes RxJS set another timer.
        if (count! < 3) this.schedule(count! + 1, count! + 2);
        else resolve();
      }
      zone.run(() => outsideAngularScheduler.schedule(work, 1, 1));
    });
    expect(runs).toStrictEqual([
      [1, false],
      [2, false],
      [3, false],
    ]);
  });

  it('should drop a timer that is unsubscribed', async () => {
    const zone = new NgZone({});
    let ran = false;
    zone.run(() => outsideAngularScheduler.schedule(() => (ran = true), 1)).unsubscribe();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(ran).toBe(false);
  });

  it('should be virtual in a TestScheduler', () => {
    new TestScheduler((actual, expected) => expect(actual).toStrictEqual(expected)).run(({ expectObservable }) => {
      expect(outsideAngularScheduler.now()).toBe(0);
      expectObservable(interval(5, outsideAngularScheduler), '---------------!').toBe('-----a----b', { a: 0, b: 1 });
    });
  });

  it('should tick with the clock of a test', () => {
    expect(Math.abs(outsideAngularScheduler.now() - asyncScheduler.now())).toBeLessThan(1_000);
    onEach(interval(1, outsideAngularScheduler), () => undefined).unsubscribe();
  });
});
