import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const lib = fileURLToPath(new URL('lib', import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^rxjs-fluxgate$/, replacement: `${lib}/index.ts` },
      { find: /^rxjs-fluxgate\/(\w+)$/, replacement: `${lib}/$1/index.ts` },
    ],
  },
  // As in tsconfig.json, which does not know the examples of the documentation.
  oxc: { decorator: { legacy: true } },
  test: {
    include: ['spec/**/*.spec.ts', 'examples/**/*.spec.ts'],
    typecheck: { enabled: true, include: ['spec/**/*.spec-d.ts'], tsconfig: './tsconfig.json' },
    restoreMocks: true,
  },
});
