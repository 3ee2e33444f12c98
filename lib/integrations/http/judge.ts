import { addInner } from './error-chain.ts';
import { CANCELLED, FAILING_CODES, readGrpcCode } from './grpc-code.ts';
import { KNOWLEDGE, type Knowledge } from './knowledge.ts';
import { read } from './read.ts';
import { hasShape, readNumber } from './shape.ts';

/** What an error means: the dependency failed, the dependency answered, or nothing is known of the dependency. */
export type Judgement = 'failure' | 'answer' | 'nothing';

/** By what statuses and gRPC codes are judged. */
export interface Measure {
  readonly isFailingStatus: (status: number) => boolean;
  readonly isFailingCode: (code: number) => boolean;
  /** Whether any `code` from 0 to 16 is a gRPC code, whatever else the error has. */
  readonly hasBareCodes: boolean;
}

/** Returns a measure for HTTP. */
export function toMeasure(isFailingStatus: (status: number) => boolean): Measure {
  return { isFailingStatus, isFailingCode: (code) => FAILING_CODES.includes(code), hasBareCodes: false };
}

/** Judges an error by the table of knowledge: the outermost error that explains itself decides. */
export function judge(error: unknown, measure: Measure): Judgement {
  const links = new Set([error]);
  let judgement: Judgement | undefined;
  for (const link of links) {
    const { verdict, isFinal } = judgeLink(link, measure);
    if (verdict === 'failure') return 'failure';
    // Of the errors of a Promise.any each may be the failure, so the others are still asked.
    if (!isFinal) addInner(links, link);
    if (verdict === 'nothing') judgement = 'nothing';
    else judgement ??= verdict;
  }
  return judgement ?? 'nothing';
}

interface LinkJudgement {
  readonly verdict: Judgement | undefined;
  /** Whether the errors inside this one are not asked. */
  readonly isFinal: boolean;
}

function judgeLink(error: unknown, measure: Measure): LinkJudgement {
  let verdict: Judgement | undefined;
  for (const known of KNOWLEDGE) {
    if (!hasShape(error, known.shape)) continue;
    const found = toJudgement(error, known, measure);
    if (known.verdict !== 'status' || found.isFinal) return found;
    // A status below 400 does not explain why there is an error.
    verdict ??= found.verdict;
  }
  const code = measure.hasBareCodes ? readGrpcCode(read(error, 'code')) : undefined;
  return code === undefined ? { verdict, isFinal: false } : judgeCode(code, measure);
}

function toJudgement(error: unknown, { shape, verdict }: Knowledge, measure: Measure): LinkJudgement {
  if (verdict !== 'status' && verdict !== 'code') return { verdict, isFinal: true };
  const number = readNumber(error, shape) ?? NaN;
  return verdict === 'status' ? judgeStatus(number, measure) : judgeCode(number, measure);
}

function judgeStatus(status: number, { isFailingStatus }: Measure): LinkJudgement {
  if (isFailingStatus(status) || status === 0) return { verdict: 'failure', isFinal: true };
  if (status >= 400) return { verdict: 'answer', isFinal: true };
  return { verdict: status >= 100 ? 'answer' : undefined, isFinal: false };
}

function judgeCode(code: number, { isFailingCode }: Measure): LinkJudgement {
  if (isFailingCode(code)) return { verdict: 'failure', isFinal: true };
  return { verdict: code === CANCELLED ? 'nothing' : 'answer', isFinal: true };
}
