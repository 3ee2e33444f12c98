import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';

/** Whether a response still has a client and no answer: of HTTP/1.1, of HTTP/2, or of a wrapper around either. */
export function isOpen(response: ServerResponse | Http2ServerResponse): boolean {
  return !response.headersSent && hasClient(response);
}

/** Whether the connection of a response, or its stream in HTTP/2, is alive. */
export function hasClient(response: ServerResponse | Http2ServerResponse): boolean {
  // Http2ServerResponse has no `destroyed`, and its stream is only `closed` while writes of it are pending. Some wrappers
  // have none of these, and count as alive.
  const { destroyed, stream } = response as Partial<ServerResponse & Http2ServerResponse>;
  return destroyed !== true && stream?.destroyed !== true && stream?.closed !== true && !response.writableEnded;
}
