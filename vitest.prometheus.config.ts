import { defineConfig } from 'vitest/config';
import config from './vitest.config.ts';

// What needs Prometheus on the machine, see .ci/install-prometheus.
export default defineConfig({
  resolve: config.resolve ?? {},
  test: { include: ['spec/prometheus/*.system.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
});
