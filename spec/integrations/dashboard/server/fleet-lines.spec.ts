import { BehaviorSubject } from 'rxjs';
import { CircuitBreaker } from 'rxjs-fluxgate';
import { dashboard } from 'rxjs-fluxgate/dashboard';
import { joinFleet, memoryStore, type Fleet, type FleetStatus } from 'rxjs-fluxgate/fleet';
import { describe, expect, it } from 'vitest';
import { FleetLines } from '../../../../lib/integrations/dashboard/server/fleet-lines.ts';
import { eventsOf, eventWhere, serve, type Event } from './serve.ts';

const STATUS: FleetStatus = {
  circuit: 'stock',
  linked: true,
  state: 'open',
  epoch: 3,
  members: 12,
  open: 3,
  prober: 'pod-7',
  error: undefined,
};

describe('the line of a fleet', () => {
  it.each<[Partial<FleetStatus>, string]>([
    [{}, '12 members, 3 open, pod-7 probes'],
    [{ prober: undefined, members: 1, open: 0 }, '1 member, 0 open'],
    [{ prober: 'a\nb\u202e' }, '12 members, 3 open, a b probes'],
    [{ linked: false }, 'not linked yet'],
    [{ linked: false, error: new Error('ECONNREFUSED\n10.0.0.5') }, 'not linked (ECONNREFUSED 10.0.0.5)'],
    [{ linked: false, error: 'x'.repeat(1_000) }, `not linked (${'x'.repeat(100)}…)`],
  ])('should show %o as %s', (status, line) => {
    const lines = new FleetLines({ status$: new BehaviorSubject([{ ...STATUS, ...status }]) } as unknown as Fleet);
    const following = lines.follow();
    expect([lines.get('stock'), lines.get('payments')]).toStrictEqual([line, undefined]);
    following?.unsubscribe();
  });

  it('should be none without a fleet, and once it is left', () => {
    expect(new FleetLines(undefined).follow()).toBeUndefined();
    const status$ = new BehaviorSubject([STATUS]);
    const lines = new FleetLines({ status$ } as unknown as Fleet);
    lines.follow();
    status$.complete();
    expect(lines.get('stock')).toBeUndefined();
  });
});

describe('a dashboard with a fleet', () => {
  it('should send how a circuit stands with it, and later changes', async () => {
    const [stock, alone] = [new CircuitBreaker({ name: 'stock' }), new CircuitBreaker({ name: 'alone' })];
    const fleet = joinFleet(stock, { store: memoryStore(), id: 'pod-1' });
    const handler = dashboard([stock, alone], { fleet, interval: 100 });
    const events = eventsOf(`${await serve(handler)}/fluxgate-events`);
    const first = await eventWhere(events, () => true);
    expect(first.data.rows.find(({ key }) => key === 'alone')).not.toHaveProperty('fleet');
    const shows =
      (line: string) =>
      ({ data }: Event) =>
        data.rows.some((row) => row.fleet === line);
    if (!shows('1 member, 0 open')(first)) await eventWhere(events, shows('1 member, 0 open'));
    stock.halfOpen();
    await eventWhere(events, shows('1 member, 0 open, pod-1 probes'));
    handler.dispose();
    fleet.unsubscribe();
  });

  it('should refuse what is no fleet', () => {
    expect(() => dashboard([], { fleet: {} as never })).toThrow(/^dashboard: fleet must be what joinFleet returns/);
  });
});
