import { judge, toMeasure } from './judge.ts';
import { failsByDefault } from './status-options.ts';

/** Returns the status in an error by which {@link httpFailure} decides; undefined if something else does, or nothing. */
export function findStatus(error: unknown): number | undefined {
  const found: number[] = [];
  const measure = toMeasure((status) => {
    found.push(status);
    return failsByDefault(status);
  });
  const judgement = judge(error, measure);
  if (judgement === 'nothing') return undefined;
  const last = found.at(-1);
  if (judgement === 'failure') return last === 0 || (last !== undefined && failsByDefault(last)) ? last : undefined;
  // A status below 400 does not explain why there is an error.
  return found.find((status) => status >= 400) ?? found.find((status) => status >= 100);
}
