import { readGrpcCode } from './grpc-code.ts';
import type { Reading, Shape, Test } from './shape.ts';
import { readStatusText } from './status-text.ts';

/**
 * What a shape means: a `failure` of the dependency, an `answer` of it that is no failure, `nothing` about it; or what
 * the HTTP `status` or the gRPC `code` in the error means.
 */
export type Verdict = 'failure' | 'answer' | 'nothing' | 'status' | 'code';

/** One thing that is known about errors. */
export interface Knowledge {
  /** Which client, runtime or service makes such errors. */
  readonly source: string;
  readonly shape: Shape;
  readonly verdict: Verdict;
}

const PRESENT: Test = { text: 'is present', test: (value) => value !== undefined };
const ABSENT: Test = { text: 'is absent', test: (value) => value === undefined || value === '' };
const NO_STATUS: Test = { text: 'is no status', test: (value) => STATUS_CODE.read(value) === undefined };
const TEXT: Test = { text: 'is a text', test: (value) => typeof value === 'string' };
const STATUS: Reading = { text: 'is a number', read: (value) => (typeof value === 'number' ? value : undefined) };
const STATUS_CODE: Reading = {
  text: 'is a number from 100 to 599',
  read: (value) => (typeof value === 'number' && value >= 100 && value <= 599 ? value : undefined),
};
const STATUS_TEXT: Reading = {
  text: 'names a status (`status 503`, `HTTP error! Status: 503`, `503 Service Unavailable`)',
  read: readStatusText,
};
const GRPC_CODE: Reading = { text: 'is a gRPC code, as a number or a name', read: readGrpcCode };

/**
 * All that is known about errors, in the order in which it is asked: the first shape that an error has decides. A
 * status below 400 does not: it does not explain why there is an error.
 */
export const KNOWLEDGE: readonly Knowledge[] = [
  {
    source: 'axios, given an `AbortSignal.timeout`',
    shape: { code: 'ERR_CANCELED', 'config.signal.reason.name': 'TimeoutError' },
    verdict: 'failure',
  },
  {
    source: '`node:http` and streams, given an `AbortSignal.timeout`',
    shape: { code: 'ABORT_ERR', 'cause.name': 'TimeoutError' },
    verdict: 'failure',
  },
  { source: 'a circuit breaker', shape: { name: 'CallNotPermittedError' }, verdict: 'nothing' },
  {
    source: 'a client whose fetch a circuit breaker rejected',
    shape: { 'cause.name': 'CallNotPermittedError' },
    verdict: 'nothing',
  },
  { source: 'fetch and most others, aborted', shape: { name: 'AbortError' }, verdict: 'nothing' },
  { source: 'the SDKs of OpenAI and Anthropic, aborted', shape: { class: 'APIUserAbortError' }, verdict: 'nothing' },
  {
    source: 'axios and c-ares, aborted',
    shape: { code: 'ERR_CANCELED ECANCELLED' },
    verdict: 'nothing',
  },
  { source: 'superagent, aborted', shape: { code: 'ABORTED', message: ['Aborted'] }, verdict: 'nothing' },
  { source: 'DOM events, aborted', shape: { type: 'abort', target: PRESENT }, verdict: 'nothing' },
  { source: 'rxjs/ajax, aborted', shape: { name: 'AjaxError', message: ['aborted'] }, verdict: 'nothing' },
  {
    source: 'axios in a browser, aborted',
    shape: { name: 'AxiosError', message: ['Request aborted'] },
    verdict: 'nothing',
  },
  {
    source: 'Angular, aborted or refused by a breaker in an interceptor',
    shape: { status: 0, 'error.name': 'AbortError CallNotPermittedError' },
    verdict: 'nothing',
  },
  {
    source: 'Angular by XMLHttpRequest, aborted',
    shape: { status: 0, 'error.type': 'abort', 'error.target': PRESENT },
    verdict: 'nothing',
  },
  { source: 'AWS SDK v3, throttled', shape: { '$retryable.throttling': true }, verdict: 'failure' },
  {
    source: 'AWS SDK v3, throttled (with the status 400)',
    shape: {
      $metadata: PRESENT,
      name:
        'BandwidthLimitExceeded EC2ThrottledException LimitExceededException PriorRequestNotComplete ' +
        'ProvisionedThroughputExceededException RequestLimitExceeded RequestThrottled RequestThrottledException ' +
        'SlowDown ThrottledException Throttling ThrottlingException TooManyRequestsException ' +
        'TransactionInProgressException RequestTimeout RequestTimeoutException',
    },
    verdict: 'failure',
  },

  {
    source: 'fetch `Response`, rxjs `AjaxError`, Angular, NestJS, superagent, Octokit, OpenAI, Supabase',
    shape: { status: STATUS },
    verdict: 'status',
  },
  {
    source: 'undici, Stripe, Azure, Elasticsearch, Apollo `ServerError`, http-errors',
    shape: { statusCode: STATUS },
    verdict: 'status',
  },
  { source: 'axios, ky, got, urql, graphql-request, Gaxios', shape: { 'response.status': STATUS }, verdict: 'status' },
  { source: 'got and request', shape: { 'response.statusCode': STATUS }, verdict: 'status' },
  { source: 'AWS SDK v3', shape: { '$metadata.httpStatusCode': STATUS }, verdict: 'status' },
  {
    source: 'AWS SDK v3, a response that it cannot parse',
    shape: { '$response.statusCode': STATUS },
    verdict: 'status',
  },
  { source: 'tRPC', shape: { 'data.httpStatus': STATUS }, verdict: 'status' },
  { source: 'OpenSearch and Elasticsearch', shape: { 'meta.statusCode': STATUS }, verdict: 'status' },
  { source: 'EventSource, SendGrid and Google APIs', shape: { code: STATUS_CODE }, verdict: 'status' },
  {
    source: 'an `Error` with the status in its message',
    shape: { name: 'Error', message: STATUS_TEXT },
    verdict: 'status',
  },

  { source: 'grpc-js', shape: { code: GRPC_CODE, details: TEXT, metadata: PRESENT }, verdict: 'code' },
  {
    source: 'Connect, grpc-web and protobuf-ts',
    shape: { name: 'ConnectError RpcError', code: GRPC_CODE },
    verdict: 'code',
  },
  { source: 'nice-grpc', shape: { class: 'ClientError', path: TEXT, code: GRPC_CODE }, verdict: 'code' },

  {
    source: 'Node: sockets and DNS',
    shape: {
      code:
        'ECONNREFUSED ECONNRESET ECONNABORTED EPIPE EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN ENETRESET ' +
        'EADDRNOTAVAIL ENOTCONN ETIMEDOUT ESOCKETTIMEDOUT ENOTFOUND EAI_* ERR_SOCKET_CONNECTION_TIMEOUT ' +
        'ERR_STREAM_PREMATURE_CLOSE ERR_PROXY_TUNNEL',
    },
    verdict: 'failure',
  },
  {
    source: 'c-ares (`dns.resolve`)',
    shape: { code: 'ETIMEOUT ESERVFAIL EREFUSED ENODATA ENONAME EBADRESP EFORMERR ENOTIMP' },
    verdict: 'failure',
  },
  {
    source: 'Node: TLS and certificates',
    shape: {
      code:
        'EPROTO ERR_SSL_* ERR_TLS_HANDSHAKE_TIMEOUT ERR_TLS_CERT_ALTNAME_INVALID ERR_TLS_CERT_ALTNAME_FORMAT ' +
        'HOSTNAME_MISMATCH INVALID_CA INVALID_PURPOSE PATH_LENGTH_EXCEEDED CERT_HAS_EXPIRED CERT_NOT_YET_VALID ' +
        'CERT_UNTRUSTED CERT_REVOKED CERT_REJECTED CERT_SIGNATURE_FAILURE CERT_CHAIN_TOO_LONG ' +
        'CRL_HAS_EXPIRED CRL_NOT_YET_VALID CRL_SIGNATURE_FAILURE ERROR_IN_CERT_NOT_BEFORE_FIELD ' +
        'ERROR_IN_CERT_NOT_AFTER_FIELD ERROR_IN_CRL_LAST_UPDATE_FIELD ERROR_IN_CRL_NEXT_UPDATE_FIELD ' +
        'DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_GET_ISSUER_CERT ' +
        'UNABLE_TO_GET_ISSUER_CERT_LOCALLY UNABLE_TO_GET_CRL UNABLE_TO_DECRYPT_CERT_SIGNATURE ' +
        'UNABLE_TO_DECRYPT_CRL_SIGNATURE UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    },
    verdict: 'failure',
  },
  {
    source: 'Node: malformed HTTP, and HTTP/2',
    shape: {
      code: 'HPE_* ERR_HTTP2_ERROR ERR_HTTP2_STREAM* ERR_HTTP2_SESSION* ERR_HTTP2_GOAWAY* ERR_HTTP2_PING_CANCEL',
    },
    verdict: 'failure',
  },
  {
    source: 'undici',
    shape: {
      code:
        'UND_ERR_CONNECT_TIMEOUT UND_ERR_HEADERS_TIMEOUT UND_ERR_BODY_TIMEOUT UND_ERR_SOCKET UND_ERR_PRX_TLS ' +
        'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
    },
    verdict: 'failure',
  },
  { source: 'axios in a browser, and Azure', shape: { code: 'ERR_NETWORK REQUEST_SEND_ERROR' }, verdict: 'failure' },
  {
    source: 'axios, a body that breaks off',
    shape: { name: 'AxiosError', message: ['stream has been aborted'] },
    verdict: 'failure',
  },
  {
    source: 'node-fetch, which has no code for a time-out',
    shape: { name: 'FetchError', type: 'system request-timeout body-timeout' },
    verdict: 'failure',
  },
  {
    source: 'Bun',
    shape: {
      code:
        'ConnectionRefused ConnectionClosed ConnectionReset ConnectionTimeout FailedToOpenSocket TooManyRedirects ' +
        'Timeout DNSException DNSResolutionFailed UNKNOWN_CERTIFICATE_VERIFICATION_ERROR',
    },
    verdict: 'failure',
  },
  {
    source: 'Deno, by class',
    shape: {
      class:
        'ConnectionRefused ConnectionReset ConnectionAborted NotConnected BrokenPipe TimedOut UnexpectedEof ' +
        'NetworkUnreachable AddrNotAvailable',
    },
    verdict: 'failure',
  },
  {
    source: 'Deno, by message',
    shape: {
      message: [
        'error sending request for *',
        'error sending request from *',
        'error reading a body from connection*',
        'Connection reset by peer (os error *)',
      ],
    },
    verdict: 'failure',
  },
  {
    source: 'fetch in Node and Deno',
    shape: { name: 'TypeError', message: ['fetch failed', 'terminated', 'Fetch failed: *'] },
    verdict: 'failure',
  },
  {
    source: 'fetch in Chromium',
    shape: { name: 'TypeError', message: ['Failed to fetch', 'Failed to fetch (*)', 'network error'] },
    verdict: 'failure',
  },
  {
    source: 'fetch in Firefox',
    shape: {
      name: 'TypeError',
      message: [
        'NetworkError when attempting to fetch resource.',
        'Error in body stream',
        'Error in body stream.',
        'Error in input stream',
        'Error in input stream.',
      ],
    },
    verdict: 'failure',
  },
  {
    source: 'fetch in Safari',
    shape: {
      name: 'TypeError',
      message: [
        'Load failed',
        'Load failed (*)',
        'The Internet connection *',
        'The network connection *',
        'The request timed out*',
        'Could not connect*',
        'A server with the specified hostname could not be found*',
        'An SSL error has occurred*',
        'A TLS error caused*',
        'The certificate for this server *',
        'The operation couldn’t be completed*',
        'cannot parse response*',
        'too many HTTP redirects*',
        'A data connection is not currently allowed*',
        'International roaming is currently off*',
      ],
    },
    verdict: 'failure',
  },
  {
    source: 'fetch in Safari, in any language: the errors of its network have no stack',
    shape: {
      name: 'TypeError',
      stack: ABSENT,
      sourceURL: ABSENT,
      line: ABSENT,
      'constructor.name': 'TypeError',
    },
    verdict: 'failure',
  },
  {
    source: 'fetch in Bun with WebKit',
    shape: { name: 'TypeError', message: [' A network error occurred.', 'A network error occurred.'] },
    verdict: 'failure',
  },
  {
    source: 'fetch in React Native and its polyfills',
    shape: { name: 'TypeError', message: ['Network request failed', 'Network request timed out'] },
    verdict: 'failure',
  },
  {
    source: 'Cloudflare Workers',
    shape: { message: ['Network connection lost', 'Network connection lost.', 'internal error; reference = *'] },
    verdict: 'failure',
  },
  { source: 'Cloudflare Durable Objects, overloaded', shape: { overloaded: true, remote: true }, verdict: 'failure' },
  { source: 'Cloudflare Durable Objects, worth a retry', shape: { retryable: true, remote: true }, verdict: 'failure' },
  { source: 'Electron', shape: { message: ['net::ERR_*'] }, verdict: 'failure' },
  {
    source: 'Firebase',
    shape: {
      name: 'FirebaseError',
      code: '*unavailable *deadline-exceeded *resource-exhausted *internal *network-request-failed',
    },
    verdict: 'failure',
  },
  { source: 'AWS SDK v3, a fault of the server', shape: { $fault: 'server' }, verdict: 'failure' },
  {
    source: 'time-outs: rxjs, rxjs/ajax, `AbortSignal.timeout`, ky, got, ofetch, p-timeout, AWS',
    shape: {
      class:
        'TimeoutError AjaxTimeoutError ConnectTimeoutError HeadersTimeoutError BodyTimeoutError RequestTimeoutError ' +
        'ReadTimeoutError ResponseTimeoutError APIConnectionTimeoutError',
    },
    verdict: 'failure',
  },
  {
    source: 'network errors of SDKs that have nothing but a class',
    shape: {
      class:
        'ConnectionError APIConnectionError NetworkError NetworkConnectionError SocketError ' +
        'StripeConnectionError StripeAPIError NoLivingConnectionsError HttpNetworkError RequestNetworkError',
    },
    verdict: 'failure',
  },
  {
    source: 'statuses of SDKs that have nothing but a class',
    shape: {
      class:
        'InternalServerError BadGatewayError ServiceUnavailableError ServiceUnavailableException GatewayTimeoutError ' +
        'GatewayTimeoutException RateLimitError StripeRateLimitError TooManyRequestsError TooManyRequestsException ' +
        'ThrottlingError ThrottlingException',
    },
    verdict: 'failure',
  },
  {
    source: 'XMLHttpRequest, WebSocket and EventSource',
    shape: { type: 'error', target: PRESENT, code: NO_STATUS },
    verdict: 'failure',
  },
  { source: 'XMLHttpRequest', shape: { type: 'timeout', target: PRESENT }, verdict: 'failure' },
  { source: 'WebSocket', shape: { type: 'close', target: PRESENT, wasClean: false }, verdict: 'failure' },
  { source: 'GraphQL errors in an answer', shape: { class: 'GraphQLError CombinedGraphQLErrors' }, verdict: 'answer' },
  { source: 'AWS SDK v3, a fault of the client', shape: { $fault: 'client' }, verdict: 'answer' },
];
