/** Spreads a wait evenly by up to `jitter`, a ratio, to either side; so that many clients do not come back at once. */
export function spread(wait: number, jitter: number, random: () => number): number {
  return jitter === 0 ? wait : wait * (1 + jitter * (2 * random() - 1));
}
