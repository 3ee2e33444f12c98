import { map } from 'rxjs';
import { CircuitBreaker, CircuitBreakerRegistry, cooldown, failureStreak, probes, type CallEvent } from 'rxjs-fluxgate';
import { shadow, VirtualScheduler } from 'rxjs-fluxgate/simulate';
import { describe, expect, it } from 'vitest';
import { collect } from '../support/collect.ts';
import { onEach } from '../support/script.ts';

const down = new Error('down');
const strict = { tripper: failureStreak(2), retry: cooldown(1_000), recovery: probes(1) };

function setUp() {
  const scheduler = new VirtualScheduler();
  const payments = new CircuitBreaker({ name: 'payments', scheduler, tripper: failureStreak(50) });
  const stricter = shadow(payments, strict);
  const wait = (ms: number) => scheduler.advanceTo(scheduler.now() + ms);
  return { payments, stricter, wait };
}

function inShort({ name, type, state, stale, duration }: CallEvent) {
  return [name, type, state, duration, ...(stale ? ['stale'] : [])].join(' ');
}

describe('call$ of a shadow', () => {
  it('should emit each call as the shadow would have treated it, in the order of its signals', () => {
    const { payments, stricter, wait } = setUp();
    const log: string[] = [];
    onEach(stricter.call$, (event) => void log.push(inShort(event)));
    onEach(stricter.signal$, ({ newState }) => void log.push(newState));
    const first = payments.admit();
    wait(20);
    first.complete(); // as long as this one took it remembers its states
    const late = payments.admit();
    const lateFailure = payments.admit();
    const lateIgnored = payments.admit();
    wait(10);
    for (let i = 0; i < 2; i++) payments.admit().error(down);
    payments.admit().complete();
    late.complete();
    lateFailure.error(down);
    lateIgnored.unsubscribe();
    wait(1_000);
    payments.admit().complete();
    expect(log).toStrictEqual([
      'payments (shadow) success closed 20',
      'payments (shadow) failure closed 0',
      'payments (shadow) failure closed 0',
      'open',
      'payments (shadow) rejected open 0',
      'payments (shadow) success closed 10 stale',
      'payments (shadow) failure closed 10 stale',
      'half_open',
      'payments (shadow) success half_open 0',
      'closed',
    ]);
    expect(stricter.counts).toStrictEqual({ asked: 7, good: 3, met: 3, lost: 1, spared: 0, unknown: 0 });
  });

  it('should show a rejection as a breaker does, with what opened the circuit as its cause', () => {
    const { payments, stricter } = setUp();
    const events = collect(stricter.call$);
    for (let i = 0; i < 3; i++) payments.admit().error(down);
    stricter.dispose();
    expect(events.slice(2)).toStrictEqual([
      expect.objectContaining({
        type: 'rejected',
        error: expect.objectContaining({ circuit: 'payments (shadow)', state: 'open', cause: down }) as unknown,
      }),
      '|',
    ]);
  });

  it('should be those of all circuits of a registry, also of later ones, until it ends', () => {
    const registry = new CircuitBreakerRegistry();
    const shadows = shadow(registry, strict);
    registry.get('early').admit().complete();
    const toName = map(({ name }: { readonly name: string }) => name);
    const added = collect(shadows.added$.pipe(toName));
    const removed = collect(shadows.removed$);
    const called = collect(shadows.call$.pipe(toName));
    for (const key of ['late', 'early']) registry.get(key).admit().complete();
    expect(called).toStrictEqual(['late (shadow)', 'early (shadow)']);
    shadows.dispose();
    expect([added, called.at(-1), removed]).toStrictEqual([['late (shadow)', '|'], '|', ['|']]);
  });
});
