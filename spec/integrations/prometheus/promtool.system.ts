import { Registry } from 'prom-client';
import { CircuitBreaker } from 'rxjs-fluxgate';
import { exposeMetrics } from 'rxjs-fluxgate/prometheus';
import { describe, expect, it } from 'vitest';
import { fail, succeed } from '../../support/script.ts';
import { promtool } from './promtool.ts';

describe('promtool', () => {
  it.each(['stock', 'a "quoted" \\ name\nof two lines, {with=braces}', '', '支払い'])(
    'should find nothing to say of the metrics of a circuit named %j',
    async (name) => {
      const register = new Registry();
      const breaker = new CircuitBreaker({ name });
      exposeMetrics(breaker, { register });
      succeed(breaker);
      fail(breaker);
      breaker.trip();
      expect(promtool(['check', 'metrics'], await register.metrics())).toBe('');
    },
  );

  it('should object to metrics that are wrong, or this proves nothing', () => {
    expect(() => promtool(['check', 'metrics'], '# TYPE calls counter\ncalls 1\n')).toThrow('_total');
    expect(() => promtool(['check', 'metrics'], 'calls{ 1\n')).toThrow('error');
  });

  it('should accept the alert rules', () => {
    expect(promtool(['check', 'rules', 'docs/prometheus/alerts.yml'])).toContain('SUCCESS: 5 rules found');
  });

  it('should see them fire when they should, and then alone', () => {
    expect(promtool(['test', 'rules', 'spec/integrations/prometheus/alerts.test.yml'])).toContain('SUCCESS');
  });
});
