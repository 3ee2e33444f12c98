import { describe, expect, it } from 'vitest';
import { toHostKey } from '../../../lib/integrations/http/to-host-key.ts';

describe('toHostKey', () => {
  it.each([
    ['https://example.com/', 'example.com'],
    ['https://example.com./', 'example.com'],
    ['https://EXAMPLE.com.:443/', 'example.com'],
    ['https://example.com.:8443/', 'example.com:8443'],
    ['http://localhost./', 'localhost'],
    ['http://[::1]:80/', '[::1]'],
    ['http://127.0.0.1:3000/', '127.0.0.1:3000'],
  ])('should make of %s the key %s', (url, key) => {
    expect(toHostKey(new URL(url))).toBe(key);
  });

  it('should leave a host that is but a dot', () => {
    expect(toHostKey({ host: '.' })).toBe('.');
  });
});
