import { describe, expect, it } from 'vitest';
import { ExactSum } from '../../lib/util/exact-sum.ts';
import { exactly } from '../support/exactly.ts';

function sumOf(numbers: readonly number[]): ExactSum {
  const sum = new ExactSum();
  for (const number of numbers) sum.add(number);
  return sum;
}

describe('ExactSum', () => {
  it.each([
    { numbers: [] },
    { numbers: [0.1, 0.2, 0.3] },
    { numbers: Array<number>(10).fill(0.1) },
    { numbers: [1e16, 1, 1] },
    { numbers: [1, 1e16, 1] },
    { numbers: [1e16, 0.1, -1e16] },
    { numbers: [1, 1e16, 1, -1e16] },
    { numbers: [1e16, ...Array<number>(1_000).fill(0.1), -1e16] },
    { numbers: [0.1, -0.1, 1 / 3, -1 / 3] },
  ])('should add up exactly', ({ numbers }) => {
    expect(sumOf(numbers).value).toBe(exactly(numbers));
  });

  it('should be exact after a million numbers came and went', () => {
    const sum = new ExactSum();
    for (let i = 0; i < 1_000_000; i++) {
      sum.add((i % 1013) / 7);
      if (i >= 10) sum.add(-((i - 10) % 1013) / 7);
    }
    expect(sum.value).toBe(exactly(Array.from({ length: 10 }, (_, i) => ((999_990 + i) % 1013) / 7)));
  });

  it('should subtract another sum exactly', () => {
    const part = [0.1, 1e16, 0.2, 0.7];
    const sum = sumOf([0.3, ...part]);
    sum.subtract(sumOf(part));
    expect(sum.value).toBe(0.3);
  });

  it('should leave the sum that it subtracts as it is', () => {
    const part = sumOf([1e16, 1]);
    sumOf([1]).subtract(part);
    expect(part.value).toBe(exactly([1e16, 1]));
  });
});
