import { existsSync, readFileSync } from 'node:fs';
import { Registry } from 'prom-client';
import { CircuitBreaker } from 'rxjs-fluxgate';
import { joinFleet, memoryStore } from 'rxjs-fluxgate/fleet';
import { exposeFleetMetrics, exposeMetrics } from 'rxjs-fluxgate/prometheus';
import { describe, expect, it } from 'vitest';
import { scrape } from './scrape.ts';

const page = readFileSync('docs/prometheus.md', 'utf8');

/** The names in the first column of the tables. */
const rows = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);

describe('the page about Prometheus', () => {
  it('should name every metric with its type and labels', async () => {
    const register = new Registry();
    exposeMetrics(new CircuitBreaker(), { register });
    const text = await register.metrics();
    const types = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)];
    const own = rows.filter((name) => name?.startsWith('circuit_') && !name.startsWith('circuit_breaker_fleet_'));
    expect(own.sort()).toStrictEqual(types.map(([, name]) => name).sort());
    for (const [, name, type] of types) {
      const [series] = Object.keys(await scrape(register, String(name)));
      const labels = [...(series ?? '').matchAll(/(\w+)="/g)]
        .map(([, label]) => label)
        .filter((label) => label !== 'le');
      const row = page.split('\n').find((line) => line.startsWith(`| \`${String(name)}\``));
      expect(row?.split('|').map((cell) => cell.trim())).toMatchObject([
        '',
        `\`${String(name)}\``,
        type,
        labels.map((label) => `\`${String(label)}\``).join(', '),
        expect.any(String),
        '',
      ]);
    }
  });

  it('should name every metric of a fleet with its type', async () => {
    const register = new Registry();
    const fleet = joinFleet(new CircuitBreaker(), { store: memoryStore() });
    exposeFleetMetrics(fleet, { register });
    const types = [...(await register.metrics()).matchAll(/^# TYPE (\w+) (\w+)$/gm)];
    fleet.unsubscribe();
    const table = [...page.matchAll(/^\| `(circuit_breaker_fleet_\w+)`\s*\| (\w+)/gm)];
    expect(table.map(([, name, type]) => [name, type]).sort()).toStrictEqual(
      types.map(([, name, type]) => [name, type]).sort(),
    );
  });

  it('should name every alert', () => {
    const alerts = [...readFileSync('docs/prometheus/alerts.yml', 'utf8').matchAll(/- alert: (\w+)/g)];
    expect(rows.filter((name) => name?.startsWith('Circuit'))).toStrictEqual(alerts.map(([, name]) => name));
  });

  it('should link to what is there', () => {
    const links = [...page.matchAll(/\]\((?!https?:)(.*?)\)/g)].map(([, link]) => String(link));
    expect(links).toStrictEqual([
      'fleet.md',
      'prometheus/alerts.yml',
      'prometheus/fleet-alerts.yml',
      'prometheus/grafana-dashboard.json',
    ]);
    for (const link of links) expect(existsSync(`docs/${link}`), link).toBe(true);
  });
});
