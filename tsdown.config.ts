import { defineConfig, type Rolldown, type UserConfig } from 'tsdown';
import { mangle } from './build/mangle.ts';

const shared = {
  entry: ['lib/index.ts', 'lib/fleet/index.ts', 'lib/simulate/index.ts', 'lib/integrations/*/index.ts'],
  platform: 'neutral',
  target: 'es2022',
  fixedExtension: false,
  deps: { neverBundle: [/^node:/] },
  checks: { pluginTimings: false },
  // They would lead to sources that the package does not hold.
  sourcemap: false,
  // CircuitBreaker is Disposable, which users who compile for ES2022 do not have.
  banner: { dts: '/// <reference lib="esnext.disposable" />' },
} satisfies UserConfig;

/** Whose errors the table of knowledge knows matters to its page and its tests, and costs users 1 kB. */
const withoutSources: Rolldown.Plugin = {
  name: 'without-sources',
  transform: {
    filter: { id: /http\/knowledge\.ts$/ },
    handler: (code) =>
      code
        .replace(/^ *source: *(?:'(?:[^'\\]|\\.)*'|`[^`]*`),$/gm, '')
        .replace(/\{ source: '(?:[^'\\]|\\.)*', /g, '{ '),
  },
};

const dts = { sourcemap: false };

export default defineConfig([
  {
    ...shared,
    entry: [...shared.entry, 'lib/cli/main.ts'],
    format: 'esm',
    // One file a module, so that bundlers drop whole files that are not imported.
    unbundle: true,
    dts: false,
    plugins: [withoutSources, mangle()],
  },
  // Of the rest nothing is dropped by bundlers: an entry point is a file, and what several share is another.
  { ...shared, format: 'cjs', dts, plugins: [withoutSources, mangle()] },
  { ...shared, format: 'esm', dts: { ...dts, emitDtsOnly: true } },
]);
