import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll } from 'vitest';

/**
 * Bundles a program with all that it imports, once for all processes that run it: to compile it in each takes seconds
 * on a busy machine. Returns the path of an ES module that is deleted after the tests of this file.
 */
export function bundle(url: URL): string {
  const folder = mkdtempSync(join(tmpdir(), 'fluxgate-bundle-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'program.mjs');
  buildSync({
    entryPoints: [fileURLToPath(url)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // What is bundled from CommonJS requires the modules of Node.
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return outfile;
}
