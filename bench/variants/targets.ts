import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { of } from 'rxjs';
import type * as fluxgate from 'rxjs-fluxgate';
import type { Group } from '../group.ts';
import { subscribing } from '../repeat.ts';

type Package = Pick<typeof fluxgate, 'circuitBreaker' | 'CircuitBreaker'>;

export const ES2022 = 'bundled for es2022';
export const ES2020 = 'bundled for es2020';

/** The package as an application bundles it. Beside the benchmark, so that the bundle finds the same RxJS. */
export async function targets(): Promise<Group> {
  const folder = mkdtempSync(fileURLToPath(new URL('../bundle-', import.meta.url)));
  const bundled = async (target: string): Promise<Package> => {
    const outfile = `${folder}/${target}.mjs`;
    const contents = "export * from 'rxjs-fluxgate'";
    const stdin = { contents, resolveDir: folder };
    await build({ stdin, bundle: true, minify: true, format: 'esm', target, external: ['rxjs'], outfile });
    return (await import(pathToFileURL(outfile).href)) as Package;
  };
  try {
    const [modern, older] = [await bundled('es2022'), await bundled('es2020')];
    return {
      title: 'Bundled for older browsers',
      about: 'A guarded `of(1)` with the defaults, from bundles that esbuild made for the two targets.',
      baselines: [ES2022],
      variants: [
        subscribing(ES2022, of(1).pipe(modern.circuitBreaker(new modern.CircuitBreaker()))),
        subscribing(ES2020, of(1).pipe(older.circuitBreaker(new older.CircuitBreaker()))),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
