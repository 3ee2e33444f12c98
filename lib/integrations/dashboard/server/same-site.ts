import type { IncomingMessage } from 'node:http';

/** A page of another site cannot send it: the browser would ask for permission first, which is not given. */
const COMMAND_HEADER = 'x-fluxgate-command';

/** Why a command may come from a page of another site; undefined if it does not. */
export function foreignness({ headers }: IncomingMessage): string | undefined {
  if (headers[COMMAND_HEADER] === undefined) return `a command needs the header ${COMMAND_HEADER}`;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' ? undefined : 'the command comes from another site';
  // Browsers leave it out where a page came without TLS.
  const { origin } = headers;
  // The name of the host in HTTP/2.
  const host = headers.host ?? headers[':authority'];
  if (origin === undefined || (typeof host === 'string' && isSameHost(origin, host))) return undefined;
  return 'the command comes from another origin; a proxy must pass on the header Host';
}

/** Whether an origin is at this host; its scheme decides which port may be left out, as in `ops.example:80`. */
function isSameHost(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: expected } = new URL(origin);
  // A host is a name and a port alone: no user, no path, no query.
  if (/[^\w.:[\]-]/.test(host) || !URL.canParse(`${protocol}//${host}`)) return false;
  return expected !== '' && new URL(`${protocol}//${host}`).host === expected;
}
