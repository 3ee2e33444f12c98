import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Of every answer: nothing is kept, guessed, framed or told to other sites. */
const HEADERS: OutgoingHttpHeaders = {
  // So that no proxy and no compression holds back the events.
  'Cache-Control': 'no-store, no-transform',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

export function writeHead(response: ServerResponse, status: number, headers: OutgoingHttpHeaders): void {
  response.writeHead(status, { ...HEADERS, ...headers });
}

/** Answers a line of text, or nothing for a 204; nothing at all if somebody else has answered, or nobody waits any more. */
export function reply(response: ServerResponse, status: number, text = '', headers: OutgoingHttpHeaders = {}): void {
  if (response.headersSent || response.destroyed) return;
  writeHead(response, status, { ...(text ? { 'Content-Type': 'text/plain; charset=utf-8' } : {}), ...headers });
  response.end(text ? `${text}\n` : undefined);
}
