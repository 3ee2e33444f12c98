import { readdirSync, readFileSync } from 'node:fs';

/** A fenced block of TypeScript in the README, a page of docs/ or a doc comment. */
export interface DocExample {
  /** Where it stands: `README.md:12`. */
  readonly title: string;
  readonly code: string;
  /** What its `// =>` comments say that it prints. */
  readonly prints: readonly string[];
}

/** All examples of the README, of the pages in docs/ and of the doc comments of the library. */
export function docExamples(root: string): DocExample[] {
  const files = ['README.md', ...filesIn(root, 'docs', '.md'), ...filesIn(root, 'lib', '.ts')];
  return files.flatMap((file) => examplesOf(file, readFileSync(`${root}/${file}`, 'utf8')));
}

function filesIn(root: string, folder: string, ending: string): string[] {
  const files = readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => `${folder}/${file}`);
}

function examplesOf(file: string, text: string): DocExample[] {
  const examples: DocExample[] = [];
  // In a doc comment each line of the block stands behind the same ` * `.
  for (const { index, 1: margin = '', 2: block = '' } of text.matchAll(/^([ *]*)```ts\n(.*?)^[ *]*```$/gms)) {
    const code = block
      .split('\n')
      .map((line) => line.slice(margin.length))
      .join('\n');
    const line = text.slice(0, index).split('\n').length;
    examples.push({
      title: `${file}:${String(line)}`,
      code,
      prints: [...code.matchAll(/\/\/ => (.*)$/gm)].map(([, print = '']) => print),
    });
  }
  return examples;
}
