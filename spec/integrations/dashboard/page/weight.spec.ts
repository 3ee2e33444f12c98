import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { PAGE } from '../../../../lib/integrations/dashboard/server/page.generated.ts';

it('should weigh as much as docs/dashboard.md has it', () => {
  const page = readFileSync(new URL('../../../../docs/dashboard.md', import.meta.url), 'utf8');
  const [, plain, gzipped] = /about\s+(\d+) kB, (\d+) kB gzipped/.exec(page) ?? [];
  expect(Math.abs(PAGE.length / 1_000 - Number(plain))).toBeLessThan(2);
  expect(Math.abs(gzipSync(PAGE).length / 1_000 - Number(gzipped))).toBeLessThan(1);
});
