import { HttpException } from '@nestjs/common';
import { errorWhere } from '../../components/trackers/error-where.ts';
import type { Tracker } from '../../components/trackers/tracker.ts';
import { blamesClient, readGrpcCode } from '../http/grpc-code.ts';
import { read } from '../http/read.ts';
import { statusOfError } from '../http/status-of.ts';
import { failsByDefault } from '../http/status-options.ts';

/** The `extensions.code` of GraphQL, as in Apollo, that blame the client. */
const CLIENT_EXTENSIONS: ReadonlySet<unknown> = new Set([
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'NOT_FOUND',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'UNAUTHENTICATED',
]);

/** Matches failures of the handler or of its dependencies: all errors except those that blame the client. */
export function handlerFailure(): Tracker {
  return errorWhere(isHandlerFailure);
}

function isHandlerFailure(error: unknown): boolean {
  const inner = getInner(error);
  if (CLIENT_EXTENSIONS.has(read(read(inner, 'extensions'), 'code')) || blamesClient(getGrpcCode(inner))) return false;

  const status = statusOfError(inner) ?? statusOfError(read(read(inner, 'extensions'), 'http'));
  if (status === undefined) return true;
  // A response of an upstream that began well and is an error all the same: it broke off, or could not be read.
  if (status < 400) return !(error instanceof HttpException);
  return failsByDefault(status);
}

/** Returns what the exception of a microservice or of a gateway was made of. */
function getInner(error: unknown): unknown {
  // By their method, because the classes are of packages that an application of another kind does not have.
  const getError = read(error, 'getError');
  if (typeof getError !== 'function') return error;
  const inner: unknown = Reflect.apply(getError, error, []);
  // An object of its own, so that a code in it is known to be of gRPC.
  return typeof inner === 'object' && inner !== null ? { metadata: {}, ...inner } : error;
}

/** Other numbers are called `code` too, such as the exit code of a process: an error of gRPC has `metadata` or `meta`. */
function getGrpcCode(error: unknown): number | undefined {
  const isOfGrpc = read(error, 'metadata') !== undefined || read(error, 'meta') !== undefined;
  return isOfGrpc ? readGrpcCode(read(error, 'code')) : undefined;
}
