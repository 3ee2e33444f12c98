import { mergeConfig } from 'vitest/config';
import config from './vitest.config.ts';

// Without what does not depend on how lib/ behaves, sees none of it because it runs in other processes, or takes millions
// of calls.
export default mergeConfig(config, {
  // Instrumented code is slow.
  test: {
    testTimeout: 60_000,
    exclude: ['examples/**', 'spec/docs/**', 'spec/package/**', 'spec/process/**', 'spec/faults/scale.spec.ts'],
    typecheck: { enabled: false },
  },
});
