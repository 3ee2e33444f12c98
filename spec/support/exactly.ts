/** The sum of the numbers as a mathematician has it, rounded once; they must be multiples of 2^-100. */
export function exactly(numbers: readonly number[]): number {
  const unit = 2 ** 100;
  const sum = numbers.reduce((total, number) => total + BigInt(number * unit), 0n);
  return Number(sum) / unit;
}
