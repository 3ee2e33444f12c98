import { isEvent, read } from './read.ts';
import { statusOfError } from './status-of.ts';
import { isTimeOut } from './time-out.ts';

/** Codes of Node, of undici and of axios. */
const NETWORK_CODES = [
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|E(HOST|NET)(UNREACH|DOWN)|ENETRESET|E(SOCKET)?TIMEDOUT|ENOTFOUND|EAI_\w+)$/,
  // TLS: to a browser a bad certificate is a network failure like any other.
  /^(EPROTO|ERR_SSL_\w+|ERR_TLS_(HANDSHAKE_TIMEOUT|CERT_ALTNAME_INVALID)|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)$/,
  /^CERT_(HAS_EXPIRED|NOT_YET_VALID|UNTRUSTED|REVOKED|REJECTED|SIGNATURE_FAILURE|CHAIN_TOO_LONG)$/,
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_(ISSUER_CERT(_LOCALLY)?|CRL)|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/,
  /^(HPE_\w+|ERR_HTTP2_(STREAM|SESSION|GOAWAY)\w*|ERR_STREAM_PREMATURE_CLOSE)$/,
  /^(UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|UND_ERR_SOCKET|ERR_NETWORK)$/,
];

/** What a TypeError of fetch says, or of a body that broke off; one that says anything else is a bug. */
const NETWORK_MESSAGES = [
  /^(fetch failed|terminated)$/, // undici
  /^(Failed to fetch( \(.*\))?|network error)$/, // Chromium
  /^(NetworkError when attempting to fetch resource\.|Error in (body|input) stream\.?)$/, // Firefox
  /^(Load failed( \(.*\))?|(The (Internet|network) connection|The request timed out|Could not connect).*)$/, // Safari
  /^Network request failed$/, // React Native
];

/** Whether no whole answer came: no connection, a connection that broke, or a time-out. */
export function isNetworkFailure(error: unknown): boolean {
  const name = read(error, 'name');
  return (
    isTimeOut(error) ||
    matches(NETWORK_CODES, read(error, 'code')) ||
    (name === 'TypeError' && matches(NETWORK_MESSAGES, read(error, 'message'))) ||
    // axios of a body that broke off; the status is that of its beginning.
    (name === 'AxiosError' && read(error, 'message') === 'stream has been aborted') ||
    // Of an XMLHttpRequest, an EventSource or a WebSocket, which say no more, unless they have the status as a code.
    (isEvent(error, 'error') && statusOfError(error) === undefined) ||
    isEvent(error, 'timeout') ||
    (isEvent(error, 'close') && read(error, 'wasClean') === false)
  );
}

function matches(patterns: readonly RegExp[], text: unknown): boolean {
  // A text as long as that is no code, and could take long to match.
  return typeof text === 'string' && text.length <= 200 && patterns.some((pattern) => pattern.test(text));
}
