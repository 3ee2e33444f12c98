import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { httpDefaults } from 'rxjs-fluxgate/http';
import { describe, expect, it } from 'vitest';
import { KNOWLEDGE } from '../../../lib/integrations/http/knowledge.ts';
import { toExamples } from './knowledge-examples.ts';
import { toPage } from './knowledge-page.ts';

const { tracker, untracked } = httpDefaults();
const wrap = (cause: unknown): Error => new Error('could not load the page', { cause });

describe('the table of knowledge', () => {
  it('should name each source once', () => {
    const sources = KNOWLEDGE.map(({ source }) => source);
    expect(sources).toStrictEqual([...new Set(sources)]);
  });

  // So that no row is hidden by one before it, and no word of a row is misspelt into a pattern that matches nothing.
  it.each(KNOWLEDGE)('should decide about each error of $source', (known) => {
    const examples = toExamples(known);
    expect(examples.length).toBeGreaterThan(0);
    for (const { error, expected } of examples) {
      for (const given of [error, wrap(error)]) {
        const found = tracker.test(given) ? 'failure' : { success: 'answer', ignored: 'nothing' }[untracked(given)];
        expect([given, found]).toStrictEqual([given, expected]);
      }
    }
  });

  it('should be what the page lists', () => {
    const path = fileURLToPath(new URL('../../../docs/http.md', import.meta.url));
    const page = readFileSync(path, 'utf8');
    const written = page.replace(/(?<=<!-- knowledge -->\n).*(?=<!-- \/knowledge -->)/s, () => `\n${toPage()}\n\n`);
    // To write it again: UPDATE_PAGES=1 npx vitest run spec/integrations/http/knowledge.spec.ts
    if (process.env['UPDATE_PAGES']) writeFileSync(path, written);
    else expect(page).toBe(written);
    expect(page).toContain('<!-- knowledge -->');
  });
});
