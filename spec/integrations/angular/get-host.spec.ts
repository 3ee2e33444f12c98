import '@angular/compiler';
import { DOCUMENT } from '@angular/common';
import { Injector, runInInjectionContext } from '@angular/core';
import { describe, expect, it } from 'vitest';
import { getHost } from '../../../lib/integrations/angular/get-host.ts';

/** The host of a URL for a page at this address. */
function hostAt(href: string, url: string): string | null {
  const providers = [{ provide: DOCUMENT, useValue: { location: { href } } }];
  return runInInjectionContext(Injector.create({ providers }), () => getHost(url));
}

/** The host of a URL where there is no document. */
function hostWithoutPage(url: string): string | null {
  return runInInjectionContext(Injector.create({ providers: [] }), () => getHost(url));
}

describe('getHost', () => {
  it.each([
    ['https://api.example.com/stock/42', 'api.example.com'],
    ['https://API.example.com/', 'api.example.com'],
    ['https://api.example.com:443/', 'api.example.com'],
    ['https://api.example.com:8443/', 'api.example.com:8443'],
    ['https://api.example.com./', 'api.example.com'],
    ['https://api.example.com.:8443/', 'api.example.com:8443'],
    ['https://user:secret@api.example.com/', 'api.example.com'],
    ['http://127.0.0.1:3000/?q=1#a', '127.0.0.1:3000'],
  ])('should be the host of %s', (url, host) => {
    expect(hostAt('https://shop.example/cart', url)).toBe(host);
    expect(hostWithoutPage(url)).toBe(host);
  });

  it.each(['/api/stock', 'api/stock', '../stock', '?q=1', ''])('should be the host of the page for %j', (url) => {
    expect(hostAt('https://shop.example:8443/cart', url)).toBe('shop.example:8443');
  });

  it.each(['/api/stock', 'api/stock', ''])('should be self without a page for %j', (url) => {
    expect(hostWithoutPage(url)).toBe('self');
  });

  it.each([null, { href: 'about:blank' }])('should be self in a document that stands nowhere: %j', (location) => {
    const providers = [{ provide: DOCUMENT, useValue: { location } }];
    expect(runInInjectionContext(Injector.create({ providers }), () => getHost('/api'))).toBe('self');
  });

  it('should be the host of a URL without a scheme', () => {
    expect(hostAt('https://shop.example/', '//cdn.example/a.json')).toBe('cdn.example');
    expect(hostWithoutPage('//cdn.example/a.json')).toBe('cdn.example');
  });

  it.each(['data:application/json,1', 'blob:https://shop.example/1', 'file:///etc/hosts', 'http://', 'http://a b/'])(
    'should be null for %s, which leads to no host',
    (url) => {
      expect(hostAt('https://shop.example/', url)).toBeNull();
      expect(hostWithoutPage(url)).toBeNull();
    },
  );

  it('should be null for what belongs to a page that was read from a file', () => {
    expect(hostAt('file:///app/index.html', 'assets/a.json')).toBeNull();
  });
});
