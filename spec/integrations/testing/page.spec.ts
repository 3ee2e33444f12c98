import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

function read(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
}

/** The text without indentation: on the page a test may stand further to the left. */
function flush(text: string): string {
  return text.replaceAll(/^ +/gm, '');
}

const blocks = [...read('docs/testing.md').matchAll(/^```typescript\n\/\/ (\S+)\n(.*?)^```$/gms)].map(
  ([, file = '', code = '']) => ({ file, code }),
);

describe('the tests on the page about testing', () => {
  it('should be there', () => {
    expect(blocks.map(({ file }) => file)).toStrictEqual([
      'examples/marble-test/catalog-service.spec.ts',
      'examples/marble-test/fake-timers.spec.ts',
      'examples/marble-test/fake-async.spec.ts',
    ]);
  });

  it.each(blocks)('should be as in $file', ({ file, code }) => {
    expect(flush(read(file))).toContain(flush(code));
  });
});
