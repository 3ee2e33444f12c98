import { HttpException } from '@nestjs/common';
import { errorWhere } from '../../components/trackers/error-where.ts';
import type { Tracker } from '../../components/trackers/tracker.ts';
import { read } from '../http/read.ts';
import { statusOfError } from '../http/status-of.ts';
import { failsByDefault } from '../http/status-options.ts';

/** The codes of gRPC that blame the client, or mean that it has left. */
const CLIENT_CODES: ReadonlySet<unknown> = new Set([1, 3, 5, 6, 7, 9, 10, 11, 12, 16]);

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
  if (CLIENT_EXTENSIONS.has(read(read(inner, 'extensions'), 'code')) || CLIENT_CODES.has(getGrpcCode(inner)))
    return false;

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

/** Other numbers are called `code` too, such as the exit code of a process; an error of gRPC has `metadata`. */
function getGrpcCode(error: unknown): unknown {
  return read(error, 'metadata') === undefined ? undefined : read(error, 'code');
}
