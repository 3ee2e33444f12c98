import { DOCUMENT } from '@angular/common';
import { inject } from '@angular/core';

/** What a relative URL is relative to where there is no page that it could be relative to. */
const NOWHERE = 'http://self';

/**
 * The host that a URL leads to, with its port if that is not the default one: of a relative URL that of the page, or
 * `self` where there is no page; of a URL without a host, such as a `data:` one, null. To be called where one may inject.
 */
export function hostOf(url: string): string | null {
  // Only a relative URL asks for the document, which a test without a browser does not have.
  const { host = '' } = parse(url) ?? parse(url, pageUrl()) ?? parse(url, NOWHERE) ?? {};
  return host === '' ? null : host;
}

function pageUrl(): string | undefined {
  // Its baseURI would heed a <base> that leads elsewhere, but throws in the document of Angular's server.
  const { location } = inject(DOCUMENT, { optional: true }) ?? {};
  return location?.href;
}

function parse(url: string, base?: string): URL | undefined {
  try {
    return new URL(url, base);
  } catch {
    return undefined;
  }
}
