import { Registry } from 'prom-client';
import { CircuitBreaker } from 'rxjs-fluxgate';
import { joinFleet, memoryStore } from 'rxjs-fluxgate/fleet';
import { exposeFleetMetrics } from 'rxjs-fluxgate/prometheus';
import { describe, expect, it } from 'vitest';
import { promtool } from './promtool.ts';

describe('promtool', () => {
  it('should find nothing to complain of in the metrics of a fleet', async () => {
    const register = new Registry();
    const fleet = joinFleet(new CircuitBreaker({ name: 'a "quoted" name' }), { store: memoryStore() });
    exposeFleetMetrics(fleet, { register });
    const text = await register.metrics();
    expect(text).toContain('circuit_breaker_fleet_sync_errors_total');
    expect(promtool(['check', 'metrics'], text)).toBe('');
    fleet.unsubscribe();
  });

  it('should accept the alert rules of fleets, and see them fire when they should', () => {
    expect(promtool(['check', 'rules', 'docs/prometheus/fleet-alerts.yml'])).toContain('SUCCESS: 1 rules found');
    expect(promtool(['test', 'rules', 'spec/integrations/prometheus/fleet-alerts.test.yml'])).toContain('SUCCESS');
  });
});
