import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format } from 'node:util';
import ts from 'typescript';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { docExamples } from './doc-examples.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = `${root}/.examples`;
const examples = docExamples(root).map((example) => ({
  ...example,
  file: `${folder}/${example.title.replaceAll(/[/:]/g, '-').replace(/\.ts\b/, '')}.ts`,
}));

/** The example that the code at work belongs to. */
const running = new AsyncLocalStorage<string>();

describe('the examples of the README, of the pages and of the doc comments', () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const { file, code } of examples) writeFileSync(file, `${code}\nexport {};\n`);
  });

  it('should be there', () => {
    expect(examples.length).toBeGreaterThan(50);
  });

  it.each(examples)('should run and print what is written at $title', async ({ file, prints }) => {
    const printed: string[] = [];
    // By the context and not by the time: a watched circuit of an earlier example may print when its wait is over.
    vi.spyOn(console, 'log').mockImplementation((...words: unknown[]) => {
      if (running.getStore() === file) printed.push(format(...words));
    });
    await running.run(file, () => import(/* @vite-ignore */ pathToFileURL(file).href));
    await vi.waitFor(() => expect(printed).toStrictEqual(prints));
  });

  it('should compile as strictly as the library', () => {
    const { config } = ts.readConfigFile(`${root}/tsconfig.json`, (path) => ts.sys.readFile(path)) as {
      config: { compilerOptions: object };
    };
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
    const program = ts.createProgram(
      examples.map(({ file }) => file),
      options,
    );
    const messages = ts
      .getPreEmitDiagnostics(program)
      .map(({ file, messageText }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
    expect(messages).toStrictEqual([]);
  }, 180_000);
});
