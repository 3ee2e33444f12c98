import { PredicateTracker, type Tracker } from '../../components/trackers/tracker.ts';
import { checkOptions, wrongType } from '../../util/check.ts';
import { FAILING_CODES, readGrpcCode } from './grpc-code.ts';
import { judge, toMeasure } from './judge.ts';
import { failsByDefault } from './status-options.ts';

/**
 * Options of {@link grpcFailure}.
 *
 * @example
 * ```ts
 * import { grpcFailure, type GrpcFailureOptions } from 'rxjs-fluxgate/http';
 *
 * // A Go service that returns every plain error as UNKNOWN (2).
 * const options: GrpcFailureOptions = { codes: [4, 8, 13, 14] };
 * console.log(grpcFailure(options).test({ code: 2 })); // => false
 * ```
 *
 * @see {@link grpcFailure}
 */
export interface GrpcFailureOptions {
  /** The gRPC codes that are failures, integers from 0 to 16. Default 2, 4, 8, 13, 14 and 15. */
  readonly codes?: readonly number[] | undefined;
}

/**
 * A tracker for gRPC and Connect: matches the failing codes, and network failures and time-outs as {@link httpFailure}
 * does.
 *
 * *Details.* The default codes are those which google.rpc.Code maps to the statuses 429, 500, 503 and 504: UNKNOWN (2),
 * DEADLINE_EXCEEDED (4), RESOURCE_EXHAUSTED (8), INTERNAL (13), UNAVAILABLE (14) and DATA_LOSS (15). The code may be a
 * number, or a name as protobuf-ts has it.
 *
 * *Gotchas.* UNKNOWN is what most servers make of an exception in a handler, which includes an outage of their database.
 * Leave it out for a service that also returns it for bad requests.
 *
 * @throws TypeError or RangeError if `codes` is not an array of integers from 0 to 16
 * @example
 * ```ts
 * import { grpcFailure } from 'rxjs-fluxgate/http';
 *
 * const tracker = grpcFailure();
 * const unavailable = Object.assign(new Error('14 UNAVAILABLE: no connection'), { code: 14 });
 * console.log(tracker.test(unavailable), tracker.test({ code: 5 })); // => true false
 * console.log(String(grpcFailure({ codes: [14] }))); // => grpcFailure({ codes: [14] })
 * ```
 *
 * @see {@link httpFailure}, which also knows the errors of grpc-js and Connect, with the default codes
 */
export function grpcFailure(options: GrpcFailureOptions = {}): Tracker {
  checkOptions('grpcFailure', options, ['codes']);
  const { codes = FAILING_CODES } = options;
  if (!Array.isArray(codes)) throw wrongType('grpcFailure: codes', 'an array', codes);
  for (const code of codes as readonly unknown[]) checkCode(code);
  const failing = new Set(codes);
  const measure = {
    ...toMeasure(failsByDefault),
    isFailingCode: (code: number) => failing.has(code),
    hasBareCodes: true,
  };
  return new PredicateTracker(
    (error) => judge(error, measure) === 'failure',
    `grpcFailure(${options.codes ? `{ codes: [${[...failing].join(', ')}] }` : ''})`,
  );
}

function checkCode(code: unknown): void {
  const takes = 'an integer from 0 to 16';
  if (typeof code !== 'number') throw wrongType('grpcFailure: each of codes', takes, code);
  if (readGrpcCode(code) === undefined) {
    throw new RangeError(`grpcFailure: each of codes must be ${takes}, got ${String(code)}`);
  }
}
