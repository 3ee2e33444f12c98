// Shortens the private names of the built package, `_inFlight` to `_a`, the same in every file: minifiers of users leave
// property names alone. TypeScript's `private` and an underscore instead of `#`, because private fields become WeakMaps
// for users who compile to ES2021 or older, which makes a guarded call several times slower.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { transformSync } from 'esbuild';

/** A private name; two underscores are doors between copies of the package, and keep their names. */
const PRIVATE = /\b_[a-z]\w*/gi;

/** Rewrites the JavaScript files of a folder in place. */
export function mangle(folder: string): void {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.c?js$/.test(file))
    .map((file) => `${folder}/${file}`);
  const names = new Set(files.flatMap((file) => readFileSync(file, 'utf8').match(PRIVATE) ?? []));
  const cache = Object.fromEntries([...names].sort().map((name, i) => [name, `_${i.toString(36)}`]));
  for (const file of files) {
    const { code } = transformSync(readFileSync(file, 'utf8'), {
      target: 'es2022',
      mangleProps: /^_[a-z]/i,
      mangleCache: cache,
      legalComments: 'inline',
    });
    writeFileSync(file, code);
  }
}
