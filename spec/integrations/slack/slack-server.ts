import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the server does with a request: take the message, answer otherwise, or never answer. */
export type Answer =
  | { readonly type: 'take'; readonly delay?: number }
  | { readonly type: 'rate limit'; readonly seconds: number }
  | { readonly type: 'status'; readonly status: number }
  | { readonly type: 'error'; readonly error: string }
  | { readonly type: 'hang' };

/** A message in the channel, as the fields of the request were. */
export type Message = Readonly<Partial<Record<string, string>>>;

const TAKE: Answer = { type: 'take' };

/** Speaks the part of Slack's protocol that posting needs, on a port of its own. */
export class SlackServer {
  /** What the channel holds, each with its `ts`. */
  readonly messages: Message[] = [];
  /** How many requests came. */
  requests = 0;
  /** What the next requests meet, in order; after them `otherwise`. */
  readonly answers: Answer[] = [];
  otherwise = TAKE;
  readonly #server: Server = createServer((request, response) => void this.#serve(request, response));

  async url(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/api/`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1;
    const fields = Object.fromEntries(new URLSearchParams(await text(request)));
    const problem = problemOf(request);
    const answer: Answer = problem ? { type: 'error', error: problem } : (this.answers.shift() ?? this.otherwise);
    const json = (body: object, status = 200, headers: Readonly<Record<string, string>> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
      response.end(JSON.stringify(body));
    };
    switch (answer.type) {
      case 'take': {
        if (answer.delay) await new Promise((resolve) => setTimeout(resolve, answer.delay));
        const ts = `1700000000.${String(this.messages.length + 1).padStart(6, '0')}`;
        this.messages.push({ ...fields, ts });
        json({ ok: true, channel: fields['channel'], ts, message: { type: 'message', text: fields['text'], ts } });
        return;
      }
      case 'rate limit':
        json({ ok: false, error: 'ratelimited' }, 429, { 'retry-after': String(answer.seconds) });
        return;
      case 'status':
        response.writeHead(answer.status).end('no Slack here');
        return;
      case 'error':
        json({ ok: false, error: answer.error });
        return;
      case 'hang':
    }
  }
}

function problemOf({ method, url, headers }: IncomingMessage): string | undefined {
  if (method !== 'POST' || url !== '/api/chat.postMessage') return 'unknown_method';
  if (headers.authorization !== 'Bearer xoxb-token') return 'invalid_auth';
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return 'invalid_form_data';
  return undefined;
}
