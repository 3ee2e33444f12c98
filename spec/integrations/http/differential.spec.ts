import isNetworkError from 'is-network-error';
import isRetryAllowed from 'is-retry-allowed';
import { httpFailure } from 'rxjs-fluxgate/http';
import { describe, expect, it } from 'vitest';
import { KNOWLEDGE } from '../../../lib/integrations/http/knowledge.ts';
import { toExamples } from './knowledge-examples.ts';

const tracker = httpFailure();

function withoutStack(error: Error): Error {
  delete error.stack;
  return error;
}

/** All that is-network-error is documented and tested to know. */
const NETWORK_ERRORS = [
  new TypeError('network error'),
  new TypeError('NetworkError when attempting to fetch resource.'),
  new TypeError('The Internet connection appears to be offline.'),
  new TypeError('Network request failed'),
  new TypeError('fetch failed'),
  new TypeError('terminated'),
  new TypeError(' A network error occurred.'),
  new TypeError('Network connection lost'),
  new TypeError('Failed to fetch'),
  new TypeError('Failed to fetch (stock.example)'),
  new TypeError('error sending request for url (http://stock.example/): error trying to connect'),
  withoutStack(new TypeError('Load failed')),
  withoutStack(new TypeError('Load failed (stock.example)')),
  Object.assign(new TypeError('Load failed'), { __sentry_captured__: true }),
];

const NO_NETWORK_ERRORS = [
  new TypeError('x is not a function'),
  new TypeError("Failed to execute 'fetch' on 'Window': Invalid name"),
  new TypeError('Failed to parse URL from nope'),
  new TypeError('Failed to fetch the user'),
  new TypeError('Load failed because of a bug'),
  new Error('Failed to fetch'),
  new RangeError('network error'),
  { name: 'TypeError', message: 'Failed to fetch it' },
  'Failed to fetch',
  undefined,
  null,
  42,
];

/** Codes that is-retry-allowed denies, which is how it names failures that last: DNS, routes and certificates. */
const DENIED = (
  'ENOTFOUND ENETUNREACH UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_CRL UNABLE_TO_DECRYPT_CERT_SIGNATURE ' +
  'UNABLE_TO_DECRYPT_CRL_SIGNATURE UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY CERT_SIGNATURE_FAILURE CRL_SIGNATURE_FAILURE ' +
  'CERT_NOT_YET_VALID CERT_HAS_EXPIRED CRL_NOT_YET_VALID CRL_HAS_EXPIRED ERROR_IN_CERT_NOT_BEFORE_FIELD ' +
  'ERROR_IN_CERT_NOT_AFTER_FIELD ERROR_IN_CRL_LAST_UPDATE_FIELD ERROR_IN_CRL_NEXT_UPDATE_FIELD ' +
  'DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_GET_ISSUER_CERT_LOCALLY ' +
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE CERT_CHAIN_TOO_LONG CERT_REVOKED INVALID_CA PATH_LENGTH_EXCEEDED INVALID_PURPOSE ' +
  'CERT_UNTRUSTED CERT_REJECTED HOSTNAME_MISMATCH'
).split(' ');

describe('httpFailure beside is-network-error', () => {
  it.each(NETWORK_ERRORS)('should also count %o', (error) => {
    expect(isNetworkError(error)).toBe(true);
    expect(tracker.test(error)).toBe(true);
  });

  it.each(NO_NETWORK_ERRORS)('should not count %o either', (error) => {
    expect(isNetworkError(error)).toBe(false);
    expect(tracker.test(error)).toBe(false);
  });

  it('should miss none of the errors in the table of knowledge that it knows', () => {
    const missed = KNOWLEDGE.flatMap(toExamples)
      .map(({ error }) => error)
      .filter((error) => isNetworkError(error) && !tracker.test(error));
    expect(missed).toStrictEqual([]);
  });
});

describe('httpFailure beside is-retry-allowed', () => {
  it.each(DENIED)('should count %s, which is denied there', (code) => {
    const error = Object.assign(new Error('no'), { code });
    expect(isRetryAllowed(error)).toBe(false);
    expect(tracker.test(error)).toBe(true);
  });

  it('should not count that this process is out of memory', () => {
    const error = Object.assign(new Error('no'), { code: 'OUT_OF_MEM' });
    expect(isRetryAllowed(error)).toBe(false);
    expect(tracker.test(error)).toBe(false);
  });
});
