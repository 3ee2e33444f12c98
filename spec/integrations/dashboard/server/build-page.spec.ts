import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FILE, pageModule } from '../../../../build/page.ts';
import { PAGE, PAGE_POLICY } from '../../../../lib/integrations/dashboard/server/page.generated.ts';

describe('the page', () => {
  it('should be the one that its sources make; if not: npm run build:page', () => {
    expect(readFileSync(FILE, 'utf8') === pageModule()).toBe(true);
  });

  it('should hold the script and the style that its policy names, and no other', () => {
    const scripts = [...PAGE.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map(([, text]) => text ?? '');
    const styles = [...PAGE.matchAll(/<style[^>]*>([^]*?)<\/style>/g)].map(([, text]) => text ?? '');
    expect([scripts.length, styles.length]).toStrictEqual([1, 1]);
    for (const text of [...scripts, ...styles]) {
      expect(PAGE_POLICY).toContain(`'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    }
    expect(PAGE).not.toMatch(/ on\w+="| style="|javascript:/);
  });

  it('should name the licence of what is bundled in', () => {
    expect(PAGE).toContain('Permission is hereby granted, free of charge');
  });

  it('should weigh no more than a picture', () => {
    expect(PAGE.length).toBeLessThan(100_000);
  });
});
