import { of, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { CircuitBreaker, circuitBreaker, cooldown, failureStreak, probes, admitAll } from '../../lib/index.ts';
import { joinFleet, memoryStore, openMembers } from '../../lib/fleet/index.ts';
import { marbles } from '../support/marbles.ts';

describe('smoke', () => {
  it(
    'should open, probe and close together',
    marbles((m) => {
      const store = memoryStore({ latency: 10 });
      const log: string[] = [];
      const make = (id: string) => {
        const breaker = new CircuitBreaker({
          name: 'stock',
          tripper: failureStreak(2),
          retry: cooldown(5_000),
          permit: admitAll(),
          recovery: probes(1),
        });
        breaker.signal$.subscribe(({ timestamp, oldState, newState, reason, detail }) =>
          log.push(`${timestamp} ${id} ${oldState} ${newState} ${reason} ${detail}`),
        );
        const fleet = joinFleet(breaker, { store, id, tripper: openMembers(1), random: () => 0.5 });
        fleet.status$.subscribe((s) => log.push(`${id} ${JSON.stringify(s)}`));
        return { breaker, fleet, fail: () => throwError(() => new Error('x')).pipe(circuitBreaker(breaker)).subscribe({ error: () => 0 }), ok: () => of(1).pipe(circuitBreaker(breaker)).subscribe({ error: () => 0 }) };
      };
      const [a, b, c] = [make('a'), make('b'), make('c')];
      timer(100).subscribe(() => { a.fail(); a.fail(); });
      timer(4_500).subscribe(() => b.ok());
      timer(8_000).subscribe(() => b.ok());
      timer(20_000).subscribe(() => { for (const x of [a, b, c]) x.fleet.unsubscribe(); });
      m.flush();
      console.log(log.join('\n'));
    }),
  );
});
