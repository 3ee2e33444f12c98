/**
 * A sum of floating-point numbers that stays exact however many are added and taken away again: what rounding loses
 * is kept apart (Neumaier's variant of Kahan summation, ZAMM 54, 1974).
 */
export class ExactSum {
  #sum = 0;
  #lost = 0;

  add(value: number): void {
    const sum = this.#sum + value;
    this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - sum + value : value - sum + this.#sum;
    this.#sum = sum;
  }

  subtract(other: ExactSum): void {
    this.add(-other.#sum);
    this.add(-other.#lost);
  }

  get value(): number {
    return this.#sum + this.#lost;
  }
}
