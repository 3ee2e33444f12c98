import { defineConfig } from 'vitest/config';

// The built package in a real browser: `npm run test:browser`.
export default defineConfig({
  test: {
    include: ['spec/browser/*.browser.ts'],
    // One browser at a time, so that all that slows it down is what a test does to it.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
