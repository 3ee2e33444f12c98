import type { IncomingMessage } from 'node:http';

/** A page of another site cannot send it: a browser would ask for leave first, which is not given. */
const COMMAND_HEADER = 'x-fluxgate-command';

/** Why a command may come from a page of another site; undefined if it does not. */
export function foreignness({ headers }: IncomingMessage): string | undefined {
  if (headers[COMMAND_HEADER] === undefined) return `a command needs the header ${COMMAND_HEADER}`;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' ? undefined : 'the command comes from another site';
  // Browsers leave it out where a page came without TLS.
  const { origin } = headers;
  // HTTP/2 calls the host so.
  const host = headers.host ?? headers[':authority'];
  const own = origin === undefined || (host !== undefined && hostOf(origin) === host);
  return own ? undefined : 'the command comes from another origin';
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
