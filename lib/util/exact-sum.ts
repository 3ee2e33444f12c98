/**
 * A sum of floating-point numbers that stays exact however many are added and taken away again: it is kept as numbers
 * that do not overlap, one of them as long as all are integers (J. R. Shewchuk, Adaptive Precision Floating-Point
 * Arithmetic, 1997; as in Python's `math.fsum`).
 */
export class ExactSum {
  /** The largest of the numbers. */
  #whole = 0;
  /** What is lost by rounding to it, the smallest first. */
  #parts: number[] | undefined;

  add(value: number): void {
    const whole = this.#whole + value;
    if (!this.#parts && whole - value === this.#whole && whole - this.#whole === value) {
      this.#whole = whole;
      return;
    }
    const parts: number[] = [];
    let sum = value;
    for (const part of [...(this.#parts ?? []), this.#whole]) {
      const total = sum + part;
      const lost = Math.abs(sum) < Math.abs(part) ? sum - (total - part) : part - (total - sum);
      if (lost !== 0) parts.push(lost);
      sum = total;
    }
    this.#whole = sum;
    this.#parts = parts.length > 0 ? parts : undefined;
  }

  subtract(other: ExactSum): void {
    this.add(-other.#whole);
    for (const part of other.#parts ?? []) this.add(-part);
  }

  get value(): number {
    return this.#parts ? this.#parts.reduceRight((sum, part) => sum + part, this.#whole) : this.#whole;
  }
}
