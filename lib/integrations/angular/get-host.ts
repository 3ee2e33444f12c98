import { DOCUMENT } from '@angular/common';
import { inject } from '@angular/core';
import { toHostKey } from '../http/to-host-key.ts';

/** The base of a relative URL where there is no page. */
const NOWHERE = 'http://self';

/**
 * Returns the host of a URL, with its port if that is not the default one: for a relative URL the host of the page, or
 * `self` where there is no page; for a URL without a host, such as a `data:` one, null. Must run in an injection context.
 */
export function getHost(url: string): string | null {
  // Only a relative URL needs the document, which a test without a browser does not have.
  const { host = '' } = parse(url) ?? parse(url, pageUrl()) ?? parse(url, NOWHERE) ?? {};
  return host === '' ? null : toHostKey({ host });
}

function pageUrl(): string | undefined {
  // Its baseURI would respect a <base> that leads elsewhere, but throws in the document of Angular's server.
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
