import type { Subscriber } from 'rxjs';
import type { Classifier } from '../types/outcome.ts';
import type { AdmittedCall } from './call.ts';

/** The method by which the operator has its subscribers admitted, also by a breaker of another copy of the package. */
export const ADMIT = Symbol.for('rxjs-fluxgate.admit');

/** A breaker as the operator knows it. */
export interface Admitting {
  /** The call of the subscriber; undefined if that has been told that it is rejected. */
  [ADMIT]<T>(classify: Classifier<T> | undefined, subscriber: Subscriber<T>): AdmittedCall<T> | undefined;
}
