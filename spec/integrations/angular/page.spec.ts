import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const page = readFileSync(`${root}/docs/angular.md`, 'utf8');

/** What is fenced as `typescript` is for a build by the Angular CLI, so it is not run, but it must compile. */
const modules = new Map(
  [...page.matchAll(/^```typescript\n(.*?)^```$/gms)].map(({ 1: code = '' }, index) => [
    join(root, `spec/integrations/angular/page-${String(index + 1)}.ts`),
    code,
  ]),
);

describe('the page about Angular', () => {
  it('should have modules that compile as strictly as the library', () => {
    expect(modules.size).toBe(10);
    const { config } = ts.readConfigFile(`${root}/tsconfig.json`, (path) => ts.sys.readFile(path)) as {
      config: { compilerOptions: object };
    };
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
    const host = ts.createCompilerHost(options);
    host.fileExists = (file) => modules.has(file) || ts.sys.fileExists(file);
    host.readFile = (file) => modules.get(file) ?? ts.sys.readFile(file);
    const program = ts.createProgram([...modules.keys()], options, host);
    const messages = ts
      .getPreEmitDiagnostics(program)
      .map(({ file, messageText }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
    expect(messages).toStrictEqual([]);
  }, 60_000);
});
