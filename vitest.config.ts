import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { 'rxjs-fluxgate': fileURLToPath(new URL('lib/index.ts', import.meta.url)) } },
  test: {
    include: ['spec/**/*.spec.ts', 'examples/**/*.spec.ts'],
    typecheck: { enabled: true, include: ['spec/**/*.spec-d.ts'], tsconfig: './tsconfig.json' },
    restoreMocks: true,
  },
});
