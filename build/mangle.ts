// Shortens the private names of the built package, `_inFlight` to `_a`, the same in every file: minifiers of users leave
// property names alone. TypeScript's `private` and an underscore instead of `#`, because private fields become WeakMaps
// for users who compile to ES2021 or older, which makes a guarded call several times slower.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import type { Rolldown } from 'tsdown';

/** A private name; two underscores are doors between copies of the package, and keep their names. */
const PRIVATE = /\b_[a-z]\w*/gi;

/** Rewrites each file that is built. The names come from the sources, so that all formats get the same. */
export function mangle(): Rolldown.Plugin {
  const mangleCache = toCache(fileURLToPath(new URL('../lib', import.meta.url)));
  return {
    name: 'mangle',
    renderChunk: (source, { fileName }) =>
      /\.c?js$/.test(fileName)
        ? transformSync(source, { target: 'es2022', mangleProps: /^_[a-z]/i, mangleCache, legalComments: 'inline' })
            .code
        : null,
  };
}

function toCache(lib: string): Record<string, string> {
  const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const names = new Set(files.flatMap((file) => readFileSync(`${lib}/${file}`, 'utf8').match(PRIVATE) ?? []));
  return Object.fromEntries([...names].sort().map((name, i) => [name, `_${i.toString(36)}`]));
}
