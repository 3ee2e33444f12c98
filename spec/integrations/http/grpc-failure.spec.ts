import { grpcFailure, httpFailure, type GrpcFailureOptions } from 'rxjs-fluxgate/http';
import { describe, expect, it } from 'vitest';

const FAILING = [2, 4, 8, 13, 14, 15];
const OTHERS = [0, 1, 3, 5, 6, 7, 9, 10, 11, 12, 16];

const NAMES =
  'OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED ' +
  'RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED';

/** As grpc-js makes them. */
const serviceError = (code: number): Error =>
  Object.assign(new Error(`${String(code)} NAME: why`), {
    code,
    details: 'why',
    metadata: { internalRepr: new Map() },
  });
/** As @connectrpc/connect makes them. */
const connectError = (code: number): Error =>
  Object.assign(new Error('[unavailable] why'), {
    name: 'ConnectError',
    rawMessage: 'why',
    code,
    metadata: new Headers(),
  });
/** As protobuf-ts makes them. */
const rpcError = (code: number): Error =>
  Object.assign(new Error('why'), { name: 'RpcError', code: NAMES.split(' ')[code], meta: {} });

describe.each([
  ['grpc-js', serviceError],
  ['Connect', connectError],
  ['protobuf-ts', rpcError],
])('given an error of %s', (_, errorOf) => {
  it.each([
    ['httpFailure()', httpFailure()],
    ['grpcFailure()', grpcFailure()],
  ])('%s should count what HTTP has 429, 500, 503 and 504 for', (__, tracker) => {
    expect([...FAILING, ...OTHERS].filter((code) => tracker.test(errorOf(code)))).toStrictEqual(FAILING);
  });

  it('should count the codes given', () => {
    const tracker = grpcFailure({ codes: [5, 14] });
    expect([...FAILING, ...OTHERS].filter((code) => tracker.test(errorOf(code)))).toStrictEqual([14, 5]);
  });
});

describe('grpcFailure', () => {
  const tracker = grpcFailure();

  it('should count a code that has nothing else to be known by, which httpFailure does not', () => {
    expect([{ code: 14 }, { code: 5 }, { error: { code: 14 } }].map((error) => tracker.test(error))).toStrictEqual([
      true,
      false,
      true,
    ]);
    expect(httpFailure().test({ code: 14 })).toBe(false);
  });

  it('should count network failures and time-outs', () => {
    expect(tracker.test(new DOMException('late', 'TimeoutError'))).toBe(true);
    expect(tracker.test(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }))).toBe(true);
  });

  it.each([17, -1, 4.5, NaN, 20, 23, 'SOMETHING', '14', {}, null])(
    'should not take the code %o for one of gRPC',
    (code) => {
      expect(tracker.test({ code })).toBe(false);
      expect(tracker.test(connectError(code as number))).toBe(false);
    },
  );

  it('should read like its code', () => {
    expect([String(grpcFailure()), String(grpcFailure({ codes: [14, 4] }))]).toStrictEqual([
      'grpcFailure()',
      'grpcFailure({ codes: [14, 4] })',
    ]);
  });

  it.each<[unknown, ErrorConstructor, RegExp]>([
    [{ codes: 14 }, TypeError, /^grpcFailure: codes must be an array, got 14$/],
    [{ codes: ['14'] }, TypeError, /^grpcFailure: each of codes must be an integer from 0 to 16, got "14"$/],
    [{ codes: [17] }, RangeError, /^grpcFailure: each of codes must be an integer from 0 to 16, got 17$/],
    [{ code: [14] }, TypeError, /^grpcFailure got an unknown option "code"; it takes codes$/],
  ])('should refuse grpcFailure(%o)', (options, type, message) => {
    const make = (): unknown => grpcFailure(options as GrpcFailureOptions);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});
