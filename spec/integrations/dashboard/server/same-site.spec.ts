import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { foreignness } from '../../../../lib/integrations/dashboard/server/same-site.ts';

function of(headers: Record<string, string>): string | undefined {
  return foreignness({ headers: { host: 'shop.example', ...headers } } as unknown as IncomingMessage);
}

describe('foreignness', () => {
  const own = { 'x-fluxgate-command': '1' };

  it.each([
    [{}],
    [{ 'sec-fetch-site': 'same-origin' }],
    [{ 'sec-fetch-site': 'same-origin', origin: 'https://behind-a-proxy.example' }],
    [{ origin: 'https://shop.example' }],
    [{ origin: 'http://shop.example' }],
    [{ origin: 'http://shop.example', host: 'shop.example:80' }],
    [{ origin: 'https://shop.example', host: 'shop.example:443' }],
    [{ origin: 'https://shop.example', host: 'SHOP.example' }],
    [{ origin: 'http://[::1]:8080', host: '[::1]:8080' }],
  ])('should find none in a command of the page or of a program: %o', (headers) => {
    expect(of({ ...own, ...headers })).toBeUndefined();
  });

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 'the command comes from another site'],
    [{ 'sec-fetch-site': 'same-site' }, 'the command comes from another site'],
    [{ 'sec-fetch-site': 'none' }, 'the command comes from another site'],
    [{ origin: 'https://evil.example' }, 'the command comes from another origin'],
    [{ origin: 'https://shop.example:8443' }, 'the command comes from another origin'],
    [{ origin: 'null' }, 'the command comes from another origin'],
    [{ origin: 'http://shop.example', host: 'shop.example:443' }, 'the command comes from another origin'],
    [{ origin: 'https://shop.example', host: 'shop.example:80' }, 'the command comes from another origin'],
    [{ origin: 'http://evil.example', host: 'shop.example@evil.example' }, 'the command comes from another origin'],
    [{ origin: 'http://evil.example', host: 'evil.example/' }, 'the command comes from another origin'],
    [{ origin: 'file:///shop.example' }, 'the command comes from another origin'],
  ])('should find it in one of another site: %o', (headers, reason) => {
    expect(of({ ...own, ...headers })).toContain(reason);
  });

  it('should find it where there is an origin, but no host to compare it with, as in HTTP/1.0', () => {
    for (const origin of ['null', 'https://evil.example']) {
      const request: unknown = { headers: { ...own, origin } };
      expect(foreignness(request as IncomingMessage)).toContain('the command comes from another origin');
    }
  });

  it('should know the host of HTTP/2', () => {
    const headers = { ...own, ':authority': 'shop.example' };
    const of = (origin: string): unknown =>
      foreignness({ headers: { ...headers, origin } } as unknown as IncomingMessage);
    expect(of('https://shop.example')).toBeUndefined();
    expect(of('https://evil.example')).toContain('the command comes from another origin');
    expect(of('null')).toContain('the command comes from another origin');
  });

  it('should find it where the header is missing, which a page of another site cannot send', () => {
    expect(of({ 'sec-fetch-site': 'same-origin' })).toBe('a command needs the header x-fluxgate-command');
  });
});
