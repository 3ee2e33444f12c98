// Loops, because a spread of very many values into `Math.max` overflows the stack.

/** The greatest of the values, `least` if there is none above it. */
export function maxOf(values: Iterable<number>, least = -Infinity): number {
  let max = least;
  for (const value of values) if (value > max) max = value;
  return max;
}

/** The least of the values, `Infinity` if there is none. */
export function minOf(values: Iterable<number>): number {
  let min = Infinity;
  for (const value of values) if (value < min) min = value;
  return min;
}
