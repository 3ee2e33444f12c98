import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Breakers } from '../../../registry/breakers.ts';
import { reportError, tryOrReport } from '../../../util/report-error.ts';
import { SseClients, eventOf } from './sse-clients.ts';
import { isAction, run } from './command.ts';
import type { Snapshot } from './messages.ts';
import { Monitor } from './monitor.ts';
import { isOpen } from './is-open.ts';
import { resolveOptions, type DashboardOptions } from './options.ts';
import { PAGE, PAGE_POLICY } from './page.generated.ts';
import { reply, writeHead } from './reply.ts';
import { CircuitList } from './circuit-list.ts';
import { foreignness } from './same-site.ts';

/** What a handler answers by: the last part of the path, so that it can be mounted anywhere. The page knows them too. */
const STREAM = 'fluxgate-events';
const COMMAND = 'fluxgate-command';

/** What browsers and robots ask for of their own accord. */
const UNBIDDEN = /^(favicon\.ico|robots\.txt|apple-touch-icon.*)$/;

/**
 * A request handler of `node:http` that serves the dashboard, until it is disposed.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { dashboard, type DashboardHandler } from 'rxjs-fluxgate/dashboard';
 *
 * const handler: DashboardHandler = dashboard(new CircuitBreaker());
 * const server = createServer(handler).listen(0, '127.0.0.1', () => {
 *   handler.dispose(); // ends the open pages, for which the server would wait
 *   server.close(() => console.log('closed')); // => closed
 * });
 * ```
 *
 * @see {@link dashboard}
 */
export interface DashboardHandler {
  /** Answers a request; never throws. */
  (request: IncomingMessage, response: ServerResponse): void;
  /** Ends all event streams and stops watching the breakers; from then on every request gets a 503. */
  dispose(): void;
}

/**
 * Makes a request handler that serves a page with the state, the past minutes and the signals of circuits, live.
 *
 * *Details.* The handler answers whatever path it is mounted at: `createServer(handler)`, Express and Nest
 * `app.use('/circuits', handler)`. The page is one document without any outside request. From the moment that it is made
 * the handler listens to the breakers, so that a page opened in an outage shows how it began: at most `history` ms of
 * samples for each circuit and 200 signals. Listening costs an event for each call; its timer keeps no process alive.
 *
 * *Gotchas.* Whoever reaches the page sees the names and trips of all circuits: put it behind your own login. Dispose the
 * handler before `server.close()`, which waits for open pages. As `signal$` is subscribed, open circuits go half-open on
 * time and not at the next call.
 *
 * @param breakers a breaker, a registry or a list of breakers
 * @param options title, control and limits; default all default options
 * @throws TypeError or RangeError for bad breakers or options
 * @example
 * ```ts
 * import { once } from 'node:events';
 * import { createServer } from 'node:http';
 * import type { AddressInfo } from 'node:net';
 * import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
 * import { dashboard } from 'rxjs-fluxgate/dashboard';
 *
 * const registry = new CircuitBreakerRegistry();
 * const handler = dashboard(registry, { title: 'Shop' });
 * const server = createServer(handler).listen(0, '127.0.0.1');
 * await once(server, 'listening');
 *
 * const { port } = server.address() as AddressInfo;
 * const response = await fetch(`http://127.0.0.1:${port}/`);
 * console.log(response.status, response.headers.get('content-type')); // => 200 text/html; charset=utf-8
 *
 * handler.dispose();
 * server.close();
 * ```
 *
 * @see {@link DashboardOptions}
 */
export function dashboard(breakers: Breakers, options: DashboardOptions = {}): DashboardHandler {
  const settings = resolveOptions(options);
  const { title, interval, history, control, maxClients, scheduler } = settings;
  const startedAt = scheduler.now();
  const roster = new CircuitList(breakers);
  const audience = new SseClients(maxClients, scheduler);
  const monitor = new Monitor(roster, settings, audience);
  const everything = (): string => {
    const settings = { title, interval, history, startedAt, control: control !== undefined };
    const snapshot: Snapshot = { ...monitor.everything(), ...settings };
    return eventOf('snapshot', snapshot);
  };
  let disposed = false;

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    // A time-out of the framework may have answered, or a client may have left, while an earlier hook was at work.
    if (!isOpen(response)) return;
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const place = path.slice(path.lastIndexOf('/') + 1);
    if (disposed) return reply(response, 503, 'the dashboard has been disposed');
    if (place === COMMAND) {
      const isWanted = (): boolean => !disposed && isOpen(response);
      const told = obey(request, new URLSearchParams(query), roster, control, isWanted);
      return void told.then((answer) => reply(response, ...answer)).catch(reportError);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return reply(response, 405, 'GET or HEAD only', { Allow: 'GET, HEAD' });
    }
    if (place === STREAM) return stream(request, response, audience, everything);
    if (UNBIDDEN.test(place)) return reply(response, 404, 'there is nothing here');
    writeHead(response, 200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': PAGE_POLICY });
    response.end(request.method === 'HEAD' ? undefined : PAGE);
  };
  const dispose = (): void => {
    disposed = true;
    monitor.dispose();
    audience.dispose();
  };
  const handler = (request: IncomingMessage, response: ServerResponse): void =>
    // What is thrown out of a listener of node:http ends the process.
    tryOrReport(() => handle(request, response));
  return Object.assign(handler, { dispose });
}

function stream(
  request: IncomingMessage,
  response: ServerResponse,
  audience: SseClients,
  everything: () => string,
): void {
  if (audience.full) return reply(response, 503, 'too many pages are open', { 'Retry-After': '10' });
  let first: string;
  try {
    first = everything();
  } catch (error) {
    reportError(error);
    return reply(response, 500, 'the state of the circuits could not be told');
  }
  writeHead(response, 200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' });
  if (request.method === 'HEAD') return void response.end();
  audience.join(response, first, everything);
}

/**
 * Does what is asked, if it may be done; answers how it went: the status and a text.
 *
 * @param isWanted whether it is still to be done after `control` has thought about it
 */
async function obey(
  request: IncomingMessage,
  query: URLSearchParams,
  roster: CircuitList,
  control: DashboardOptions['control'],
  isWanted: () => boolean,
): Promise<[status: number, text?: string, headers?: OutgoingHttpHeaders]> {
  if (!control) return [404, 'this dashboard takes no commands'];
  if (request.method !== 'POST') return [405, 'POST only', { Allow: 'POST' }];
  const foreign = foreignness(request);
  if (foreign) return [403, foreign];
  const action = query.get('action') ?? '';
  const name = query.get('circuit') ?? '';
  if (!isAction(action)) return [400, 'no such action'];
  roster.sync();
  const circuit = roster.get(name);
  if (!circuit) return [404, 'no such circuit'];
  try {
    // Nothing but true: what is merely truthy may be a mistake.
    const allowed: unknown = await control(request, { circuit: name, action });
    if (allowed !== true) return [403, 'not allowed'];
    if (!isWanted()) return [503, 'too late'];
    roster.sync();
    if (roster.get(name) !== circuit) return [404, 'no such circuit'];
    run(action, circuit.breaker);
  } catch (error) {
    reportError(error);
    return [500, 'the command failed'];
  }
  return [204];
}
