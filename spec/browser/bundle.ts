import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Bundle {
  readonly code: string;
  readonly metafile: Metafile;
}

/** Bundles in-page.ts with the built package and RxJS, as an application would; fails on what a browser has not got. */
export async function bundle(): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    entryPoints: ['spec/browser/in-page.ts'],
    absWorkingDir: root,
    bundle: true,
    format: 'iife',
    globalName: 'inPage',
    metafile: true,
    platform: 'browser',
    target: 'es2022',
    // Without the paths of tsconfig.json, which lead to lib/ and not to what is published.
    tsconfigRaw: {},
    write: false,
  });
  return { code: outputFiles[0]!.text, metafile };
}
