import type { Tripper } from '../components/trippers/tripper.ts';

/** The trippers that a tripper is made of, however deep; itself if it is not made of others. */
export function getLeaves(tripper: Tripper): Tripper[] {
  return [...tripper].flatMap((part) => (part === tripper ? [part] : getLeaves(part)));
}
