import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { isOpen } from './is-open.ts';

/** On every response: nothing is cached, sniffed, framed or sent to other sites. */
const HEADERS: OutgoingHttpHeaders = {
  // `no-transform`: a proxy that compresses would hold back the events.
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

/** Sends a line of text, or no body for a 204; nothing if the response is answered already or its client has left. */
export function reply(response: ServerResponse, status: number, text = '', headers: OutgoingHttpHeaders = {}): void {
  if (!isOpen(response)) return;
  writeHead(response, status, { ...(text ? { 'Content-Type': 'text/plain; charset=utf-8' } : {}), ...headers });
  response.end(text ? `${text}\n` : undefined);
}
