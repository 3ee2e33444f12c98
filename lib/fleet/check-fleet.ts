import { isObservable } from 'rxjs';
import { wrongType } from '../util/check.ts';
import type { Fleet } from './join-fleet.ts';

/** Throws a TypeError that names `what` unless it was given what `joinFleet` returns. */
export function checkFleet(what: string, given: unknown): void {
  const { status, status$ } = (given ?? {}) as Partial<Fleet>;
  if (typeof status !== 'function' || !isObservable(status$)) throw wrongType(what, 'what joinFleet returns', given);
}
