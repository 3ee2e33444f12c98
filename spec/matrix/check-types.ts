import { copyFile, writeFile } from 'node:fs/promises';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { project, run } from './project.ts';
import type { Report } from './report.ts';
import type { Tools } from './tools.ts';
import { CONSUMERS, type Consumer } from './versions.ts';

const MODULES = { node10: 'commonjs', nodenext: 'nodenext', bundler: 'esnext' } as const;

/** Type-checks the consumers with every TypeScript and every way of finding modules that they are for. */
export async function checkTypes(folder: string, tarball: string, tools: Tools, report: Report): Promise<void> {
  for (const [i, consumer] of CONSUMERS.entries()) {
    const home = `${folder}/types-${String(i)}`;
    await project(home, [tarball, ...consumer.packages]);
    for (const file of consumer.files) {
      const source = new URL(`consumer/${file.replace(/cts$/, 'ts')}`, import.meta.url);
      await copyFile(fileURLToPath(source), `${home}/${file}`);
    }
    for (const typescript of consumer.typescripts) {
      for (const resolution of consumer.resolutions) {
        await writeFile(`${home}/tsconfig.json`, JSON.stringify(tsconfigOf(consumer, resolution)));
        const { ok, output } = await run(home, execPath, tools.tsc(typescript), '--project', '.');
        report(`typescript ${typescript}, ${resolution}: ${consumer.name}`, ok, output);
      }
    }
  }
}

function tsconfigOf({ files, types, skipLibCheck = false }: Consumer, resolution: keyof typeof MODULES): object {
  return {
    compilerOptions: {
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck,
      noEmit: true,
      target: 'ES2022',
      lib: ['ES2022', 'DOM'],
      types,
      module: MODULES[resolution],
      moduleResolution: resolution,
    },
    files,
  };
}
