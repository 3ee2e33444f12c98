import { Registry } from 'prom-client';
import { CircuitBreaker } from 'rxjs-fluxgate';
import { exposeMetrics } from 'rxjs-fluxgate/prometheus';
import { describe, expect, it } from 'vitest';
import { annotations, dashboard, queries } from './dashboard.ts';
import { scrape } from './scrape.ts';

describe('the Grafana dashboard', () => {
  it('should ask for the data source and the circuits', () => {
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(36);
    expect(dashboard.templating.list.map(({ name, type }) => [name, type])).toStrictEqual([
      ['datasource', 'datasource'],
      ['circuit', 'query'],
    ]);
  });

  it('should have panels with ids of their own, that fill the grid without overlapping', () => {
    const taken = new Set<string>();
    for (const { title, gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken, title).not.toContain(`${String(x)},${String(y)}`);
          taken.add(`${String(x)},${String(y)}`);
        }
      }
    }
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });

  it('should query the data source that was chosen, for the circuits that were chosen', () => {
    for (const { title, targets } of dashboard.panels) {
      expect(targets.length, title).toBeGreaterThan(0);
      for (const { datasource, expr } of targets) {
        expect(datasource.uid, title).toBe('${datasource}');
        const selectors = expr.match(/circuit_breaker_\w+\{.*?\}/g) ?? [];
        for (const selector of selectors) expect(selector, title).toContain('circuit_name=~"$circuit"');
      }
    }
  });

  it('should annotate the state changes, of the circuits that were chosen', () => {
    expect(annotations.map(({ name }) => name)).toStrictEqual(['Opened', 'Closed', 'Commands']);
    for (const { expr, datasource } of annotations) {
      expect(datasource.uid).toBe('${datasource}');
      expect(expr).toContain('circuit_breaker_state_transition_total{circuit_name=~"$circuit"');
    }
  });

  it('should show every metric that is exposed, and no other', async () => {
    const register = new Registry();
    exposeMetrics(new CircuitBreaker(), { register });
    const exposed = Object.keys(await scrape(register)).map((series) => series.slice(0, series.indexOf('{')));
    const shown = queries.flatMap(({ expr }) => expr.match(/circuit_breaker_\w+/g) ?? []);
    // The sum and the count of the histogram are for queries of one's own.
    const needed = exposed.filter((name) => !/_(sum|count)$/.test(name));
    expect([...new Set(shown)].sort()).toStrictEqual([...new Set(needed)].sort());
  });
});
