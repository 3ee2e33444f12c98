import type { Registry } from 'prom-client';

/** What a scrape finds: the value by series, as `name{label="value"}`, of all that begin with `prefix`. */
export async function scrape(register: Pick<Registry, 'metrics'>, prefix = ''): Promise<Record<string, number>> {
  const lines = (await register.metrics()).split('\n');
  const samples = lines.filter((line) => line && !line.startsWith('#') && line.startsWith(prefix));
  return Object.fromEntries(
    samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

/** The names of the circuits that have series of a metric. */
export async function circuits(register: Pick<Registry, 'metrics'>, metric = 'circuit_breaker'): Promise<string[]> {
  const found = Object.keys(await scrape(register, metric)).map((series) => /circuit_name="(.*?)"/.exec(series)?.[1]);
  return [...new Set(found)].map(String).sort();
}

/** The series of a counter or gauge that are not 0. */
export async function nonZero(register: Pick<Registry, 'metrics'>, metric: string): Promise<Record<string, number>> {
  return Object.fromEntries(Object.entries(await scrape(register, `${metric}{`)).filter(([, value]) => value !== 0));
}
