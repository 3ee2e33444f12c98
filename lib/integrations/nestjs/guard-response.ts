import { HttpException, StreamableFile, type ExecutionContext } from '@nestjs/common';
import { RESPONSE_PASSTHROUGH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { Observable, tap } from 'rxjs';
import type { Call } from '../../breaker/call.ts';
import type { CircuitBreaker } from '../../breaker/circuit-breaker.ts';
import { tryOrReport } from '../../util/report-error.ts';
import { getMethodName } from './circuit-metadata.ts';

/** The kinds of parameters, in the keys of Nest's metadata, by which a handler takes the response over. */
const RESPONSE_OR_NEXT = /^[12]:/;

/** The part of Node's ServerResponse that is used here. */
interface ServerResponse {
  readonly statusCode: number;
  readonly writableEnded: boolean;
  once(event: 'finish' | 'close', listener: () => void): unknown;
}

/** The part of Node's Readable that is used here. */
interface Readable {
  once(event: 'error', listener: (error: unknown) => void): unknown;
  once(event: 'end' | 'close', listener: () => void): unknown;
}

/**
 * Guards what a handler of HTTP returns, as the operator would, but for two whose work is not over when they return: a
 * handler that writes the response itself settles by its status, and a `StreamableFile` by the end of its stream.
 */
export function guardResponse(
  handled$: Observable<unknown>,
  breaker: CircuitBreaker,
  context: ExecutionContext,
): Observable<unknown> {
  return new Observable((subscriber) => {
    const call = breaker.admit();
    const byStatus = takesResponse(context);
    let last: unknown;
    let settlesLater = false;
    const recorded$ = handled$.pipe(
      tap({
        next: (value) => {
          last = value;
          // A client that leaves after a value has got what it wanted, but not before a response or a file has ended.
          if (!byStatus && !(value instanceof StreamableFile)) call.next(value);
        },
        error: (error: unknown) => call.error(error),
        complete: () => {
          settlesLater = true;
          if (last instanceof StreamableFile) settleByStream(call, last, context);
          else if (byStatus) settleByStatus(call, context);
          else call.complete();
        },
      }),
    );
    subscriber.add(() => {
      if (!settlesLater) call.unsubscribe();
    });
    // A listener at admission may have unsubscribed.
    if (!subscriber.closed) recorded$.subscribe(subscriber);
  });
}

/** Whether Nest leaves the response to the handler: it is injected without `passthrough`. */
function takesResponse(context: ExecutionContext): boolean {
  const [controller, method] = [context.getClass(), getMethodName(context)];
  if (Reflect.getMetadata(RESPONSE_PASSTHROUGH_METADATA, controller, method)) return false;
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as object;
  return Object.keys(args).some((key) => RESPONSE_OR_NEXT.test(key));
}

function settleByStatus(call: Call<unknown>, context: ExecutionContext): void {
  const response = getServerResponse(context);
  const settle = (): void => {
    const { statusCode } = response;
    // The tracker judges it like the exception of a handler that leaves the response to Nest.
    if (statusCode >= 400) call.error(new HttpException(`Response with status ${String(statusCode)}`, statusCode));
    else call.complete();
  };
  if (response.writableEnded) return settle();
  response.once('finish', () => tryOrReport(settle));
  response.once('close', () => tryOrReport(() => call.unsubscribe()));
}

function settleByStream(call: Call<unknown>, file: StreamableFile, context: ExecutionContext): void {
  const stream: Readable = file.getStream();
  stream.once('error', (error) => tryOrReport(() => call.error(error)));
  stream.once('end', () => tryOrReport(() => call.complete()));
  // Neither an error nor an end: the client has left.
  const leave = (): void => tryOrReport(() => call.unsubscribe());
  stream.once('close', leave);
  getServerResponse(context).once('close', leave);
}

function getServerResponse(context: ExecutionContext): ServerResponse {
  const response = context.switchToHttp().getResponse<ServerResponse | { readonly raw: ServerResponse }>();
  // Fastify's reply holds the response of Node.
  return 'raw' in response ? response.raw : response;
}
