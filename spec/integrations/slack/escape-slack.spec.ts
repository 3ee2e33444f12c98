import { escapeSlack } from 'rxjs-fluxgate/slack';
import { describe, expect, it } from 'vitest';

describe('escapeSlack', () => {
  it.each([
    ['<!channel>', '&lt;!channel&gt;'],
    ['<@U1> & <#C1>', '&lt;@U1&gt; &amp; &lt;#C1&gt;'],
    ['&lt;', '&amp;lt;'],
    ['stock.internal:8080', 'stock.internal:8080'],
    ['', ''],
  ])('should make of %o %o', (text, escaped) => {
    expect(escapeSlack(text)).toBe(escaped);
  });
});
