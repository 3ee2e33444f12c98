import { describe, expect, it } from 'vitest';
import { encodeName, toChannel, toKeys } from '../../../lib/integrations/redis/keys.ts';

describe('the keys in Redis', () => {
  it('should be those of the page, in one slot of a Cluster', () => {
    expect(toKeys('shop/eu', 'payments')).toStrictEqual([
      'fluxgate:1:{shop%2Feu:payments}',
      'fluxgate:1:{shop%2Feu:payments}:members',
      'fluxgate:1:{shop%2Feu:payments}:open',
    ]);
    expect(toChannel('shop/eu')).toBe('fluxgate:1:{shop%2Feu}');
  });

  it.each(['a:members', 'a}', '{a', 'a b', 'a\nb', '\u0000'])('should hold no character of a key in %j', (name) => {
    expect(encodeName(name)).toMatch(/^[\w%.-]+$/);
  });

  it('should be of bounded length, and never the same for two names', () => {
    const [one, other] = [`${'x'.repeat(10_000)}1`, `${'x'.repeat(10_000)}2`];
    expect(encodeName(one).length).toBeLessThanOrEqual(220);
    expect(encodeName(one)).not.toBe(encodeName(other));
    expect(encodeName('x'.repeat(200))).toBe('x'.repeat(200));
  });

  it('should encode halves of characters', () => {
    expect(encodeName('\ud800')).toBe('%EF%BF%BD');
  });
});
