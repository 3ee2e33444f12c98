import { Registry } from 'prom-client';
import { CircuitBreaker, cooldown, countWindow, probes, admitAll } from 'rxjs-fluxgate';
import { exposeMetrics } from 'rxjs-fluxgate/prometheus';
import { describe, expect, it, vi } from 'vitest';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { fail, succeed } from '../../support/script.ts';
import { spyOnReports } from '../../support/spy-on-reports.ts';
import { nonZero, scrape } from './scrape.ts';

describe('the gauges', () => {
  const reported = spyOnReports();

  it('should have a series for each state, 1 for the one that the circuit is in', async () => {
    const register = new Registry();
    const breaker = new CircuitBreaker({ name: 'stock' });
    exposeMetrics(breaker, { register });
    breaker.forceOpen();
    expect(await scrape(register, 'circuit_breaker_state{')).toStrictEqual({
      'circuit_breaker_state{circuit_name="stock",state="closed"}': 0,
      'circuit_breaker_state{circuit_name="stock",state="open"}': 0,
      'circuit_breaker_state{circuit_name="stock",state="half_open"}': 0,
      'circuit_breaker_state{circuit_name="stock",state="metrics_only"}': 0,
      'circuit_breaker_state{circuit_name="stock",state="disabled"}': 0,
      'circuit_breaker_state{circuit_name="stock",state="forced_open"}': 1,
    });
  });

  it('should say at each scrape what is so then', async () => {
    const register = new Registry();
    const breaker = new CircuitBreaker({ name: 'stock' });
    exposeMetrics(breaker, { register });
    for (const [command, state] of [
      ['trip', 'open'],
      ['metricsOnly', 'metrics_only'],
      ['disable', 'disabled'],
      ['reset', 'closed'],
    ] as const) {
      breaker[command]();
      expect(await nonZero(register, 'circuit_breaker_state')).toStrictEqual({
        [`circuit_breaker_state{circuit_name="stock",state="${state}"}`]: 1,
      });
    }
  });

  it('should show half-open when the retry is due, without a call', async () => {
    const register = new Registry();
    const scheduler = new ManualScheduler();
    const breaker = new CircuitBreaker({ name: 'stock', retry: cooldown(1_000), scheduler });
    exposeMetrics(breaker, { register });
    breaker.trip();
    scheduler.pass(1_000);
    expect(await nonZero(register, 'circuit_breaker_state')).toStrictEqual({
      'circuit_breaker_state{circuit_name="stock",state="half_open"}': 1,
    });
  });

  it('should count the calls in flight', async () => {
    const register = new Registry();
    const breaker = new CircuitBreaker({ name: 'stock' });
    exposeMetrics(breaker, { register });
    const series = 'circuit_breaker_calls_in_flight{circuit_name="stock"}';
    const calls = [breaker.admit(), breaker.admit()];
    expect(await scrape(register, series)).toStrictEqual({ [series]: 2 });
    for (const call of calls) call.complete();
    expect(await scrape(register, series)).toStrictEqual({ [series]: 0 });
  });

  it('should count the reopens, until the circuit is closed', async () => {
    const register = new Registry();
    const breaker = new CircuitBreaker({ name: 'stock', permit: admitAll(), recovery: probes(1), retry: () => 0 });
    exposeMetrics(breaker, { register });
    const series = 'circuit_breaker_reopens{circuit_name="stock"}';
    breaker.trip();
    fail(breaker);
    fail(breaker);
    expect(await scrape(register, series)).toStrictEqual({ [series]: 2 });
    breaker.reset();
    expect(await scrape(register, series)).toStrictEqual({ [series]: 0 });
  });

  it('should be as true when one metric is asked for alone', async () => {
    const register = new Registry();
    const breaker = new CircuitBreaker({ name: 'stock' });
    exposeMetrics(breaker, { register });
    breaker.admit();
    expect(await register.getSingleMetricAsString('circuit_breaker_calls_in_flight')).toContain('"stock"} 1');
  });

  it('should do nothing at a call', () => {
    const register = new Registry();
    const breaker = new CircuitBreaker();
    exposeMetrics(breaker, { register });
    const info = vi.spyOn(breaker, 'info');
    for (let i = 0; i < 10; i++) succeed(breaker);
    expect(info).not.toHaveBeenCalled();
  });

  it('should add up the breakers of one name', async () => {
    const register = new Registry();
    const twins = [new CircuitBreaker({ name: 'twin' }), new CircuitBreaker({ name: 'twin' })] as const;
    exposeMetrics(twins, { register });
    for (const twin of twins) twin.admit();
    expect(await nonZero(register, 'circuit_breaker_calls_in_flight')).toStrictEqual({
      'circuit_breaker_calls_in_flight{circuit_name="twin"}': 2,
    });
    twins[0].trip();
    expect(await nonZero(register, 'circuit_breaker_state')).toStrictEqual({
      'circuit_breaker_state{circuit_name="twin",state="closed"}': 1,
      'circuit_breaker_state{circuit_name="twin",state="open"}': 1,
    });
  });

  it('should leave out a breaker that cannot be read, report why, and spoil no scrape', async () => {
    const register = new Registry();
    const broken = new Error('broken window');
    const window = (): ReturnType<ReturnType<typeof countWindow>> =>
      Object.assign(countWindow(100)(), {
        getMetric: () => {
          throw broken;
        },
      });
    exposeMetrics([new CircuitBreaker({ name: 'bad', window }), new CircuitBreaker({ name: 'good' })], { register });
    expect(await scrape(register, 'circuit_breaker_calls_in_flight')).toStrictEqual({
      'circuit_breaker_calls_in_flight{circuit_name="good"}': 0,
    });
    expect(await nonZero(register, 'circuit_breaker_state')).toHaveProperty([
      'circuit_breaker_state{circuit_name="bad",state="closed"}',
    ]);
    expect(reported).toHaveBeenCalledWith(broken);
  });
});
