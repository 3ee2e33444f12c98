/** Whether anything would be lost if a breaker were forgotten; for the registry, and no business of users. */
export const IN_USE = Symbol('in use');

/** A breaker as the registry knows it. */
export interface Forgettable {
  readonly [IN_USE]: boolean;
}
