import { defineConfig } from 'tsdown';
import { mangle } from './build/mangle.ts';

export default defineConfig({
  entry: ['lib/index.ts', 'lib/simulate/index.ts', 'lib/cli/main.ts', 'lib/integrations/*/index.ts'],
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2022',
  // No maps: they would lead to sources that the package does not hold.
  dts: { sourcemap: false },
  sourcemap: false,
  // One file a module, so that bundlers drop whole files that are not imported.
  unbundle: true,
  fixedExtension: false,
  // CircuitBreaker is Disposable, which users who compile for ES2022 do not have.
  banner: { dts: '/// <reference lib="esnext.disposable" />' },
  onSuccess: ({ outDir }) => mangle(outDir),
});
