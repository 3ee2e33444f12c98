import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CircuitViews } from '../../../registry/circuit-view.ts';
import { reportError, tryOrReport } from '../../../util/report-error.ts';
import { SseClients, eventOf } from './sse-clients.ts';
import { handleCommand } from './handle-command.ts';
import type { Snapshot } from './messages.ts';
import { Monitor } from './monitor.ts';
import { isOpen } from './is-open.ts';
import { resolveOptions, type DashboardOptions } from './options.ts';
import { PAGE, PAGE_POLICY } from './page.generated.ts';
import { reply, writeHead } from './reply.ts';
import { CircuitList } from './circuit-list.ts';

/** The last part of the path decides, so that a handler can be mounted anywhere. The page knows these too. */
const STREAM = 'fluxgate-events';
const COMMAND = 'fluxgate-command';

/** What browsers and robots ask for of their own accord. */
const UNASKED = /^(favicon\.ico|robots\.txt|apple-touch-icon.*)$/;

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
  /** Responds to a request; never throws. */
  (request: IncomingMessage, response: ServerResponse): void;
  /** Ends all event streams and stops watching the breakers; from then on every request gets a 503. */
  dispose(): void;
}

/**
 * Makes a request handler that serves a page with the state, the past minutes and the signals of circuits, live.
 *
 * *Details.* The handler responds at whatever path it is mounted: `createServer(handler)`, Express and Nest
 * `app.use('/circuits', handler)`. The page is one document without any outside request. From the moment that it is made
 * the handler observes the breakers, so that a page opened in an outage shows how it began: at most `history` ms of
 * samples for each circuit and 200 signals. A call costs some additions; the timer keeps no process alive.
 *
 * *Gotchas.* A visitor sees the names and trips of all circuits: put the page behind your own login. Dispose the handler
 * before `server.close()`, which waits for open pages. As `signal$` is subscribed, open circuits go half-open on time and
 * not at the next call.
 *
 * @param breakers a breaker, a registry or a list of breakers; shadows are shown without controls
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
export function dashboard(breakers: CircuitViews, options: DashboardOptions = {}): DashboardHandler {
  const settings = resolveOptions(options);
  const { title, interval, history, control, maxClients, scheduler } = settings;
  const startedAt = scheduler.now();
  const circuits = new CircuitList(breakers, settings.fleet);
  const clients = new SseClients(maxClients, scheduler);
  const monitor = new Monitor(circuits, settings, clients);
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
      const handled = handleCommand(request, new URLSearchParams(query), circuits, control, isWanted);
      return void handled.then((result) => reply(response, ...result)).catch(reportError);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return reply(response, 405, 'GET or HEAD only', { Allow: 'GET, HEAD' });
    }
    if (place === STREAM) return stream(request, response, clients, everything);
    if (UNASKED.test(place)) return reply(response, 404, 'there is nothing here');
    writeHead(response, 200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': PAGE_POLICY });
    response.end(request.method === 'HEAD' ? undefined : PAGE);
  };
  const dispose = (): void => {
    disposed = true;
    monitor.dispose();
    clients.dispose();
  };
  const handler = (request: IncomingMessage, response: ServerResponse): void =>
    // What is thrown out of a listener of node:http ends the process.
    tryOrReport(() => handle(request, response));
  return Object.assign(handler, { dispose });
}

function stream(
  request: IncomingMessage,
  response: ServerResponse,
  clients: SseClients,
  everything: () => string,
): void {
  if (clients.full) return reply(response, 503, 'too many pages are open', { 'Retry-After': '10' });
  let first: string;
  try {
    first = everything();
  } catch (error) {
    reportError(error);
    return reply(response, 500, 'the state of the circuits could not be read');
  }
  writeHead(response, 200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' });
  if (request.method === 'HEAD') return void response.end();
  clients.join(response, first, everything);
}
