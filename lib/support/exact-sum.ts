/**
 * A sum of floating-point numbers that stays exact however many are added and taken away again: it is kept as numbers
 * that do not overlap, one of them as long as all are integers (J. R. Shewchuk, Adaptive Precision Floating-Point
 * Arithmetic, 1997; as in Python's `math.fsum`).
 */
export class ExactSum {
  /** The smallest first. */
  readonly #parts: number[] = [];

  add(value: number): void {
    const parts = this.#parts;
    let sum = value;
    let count = 0;
    for (const part of parts) {
      const total = sum + part;
      const lost = Math.abs(sum) < Math.abs(part) ? sum - (total - part) : part - (total - sum);
      if (lost !== 0) parts[count++] = lost;
      sum = total;
    }
    parts[count++] = sum;
    parts.length = count;
  }

  subtract(other: ExactSum): void {
    for (const part of other.#parts) this.add(-part);
  }

  get value(): number {
    return this.#parts.reduceRight((sum, part) => sum + part, 0);
  }
}
