/**
 * A sum of floating-point numbers that stays exact however many are added and taken away again: it is kept as numbers
 * that do not overlap, one of them as long as all are integers (J. R. Shewchuk, Adaptive Precision Floating-Point
 * Arithmetic, 1997; as in Python's `math.fsum`).
 */
export class ExactSum {
  /** The largest of the numbers. */
  private _whole = 0;
  /** The remainders that rounding to it loses, the smallest first. */
  private _parts: number[] | undefined = undefined;

  add(value: number): void {
    const whole = this._whole + value;
    // Nearly always, because whole numbers of ms are added.
    if (!this._parts && whole - value === this._whole && whole - this._whole === value) this._whole = whole;
    else this._addWithRemainder(value);
  }

  subtract(other: ExactSum): void {
    this.add(-other._whole);
    for (const part of other._parts ?? []) this.add(-part);
  }

  clear(): void {
    this._whole = 0;
    this._parts = undefined;
  }

  get value(): number {
    return this._parts ? this._parts.reduceRight((sum, part) => sum + part, this._whole) : this._whole;
  }

  private _addWithRemainder(value: number): void {
    const parts: number[] = [];
    let sum = value;
    for (const part of [...(this._parts ?? []), this._whole]) {
      const total = sum + part;
      const lost = Math.abs(sum) < Math.abs(part) ? sum - (total - part) : part - (total - sum);
      if (lost !== 0) parts.push(lost);
      sum = total;
    }
    this._whole = sum;
    this._parts = parts.length > 0 ? parts : undefined;
  }
}
