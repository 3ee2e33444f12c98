import { describe, expect, it, vi } from 'vitest';
import { errorWhere } from '../../../lib/components/trackers/error-where.ts';

describe('errorWhere', () => {
  it('should match the errors of which the predicate is true', () => {
    const tracker = errorWhere((error) => error === 5);
    expect([tracker.test(5), tracker.test(6)]).toStrictEqual([true, false]);
  });

  it('should ask the predicate about the error alone', () => {
    const predicate = vi.fn(() => true);
    const error = new Error('down');
    errorWhere(predicate).test(error);
    expect(predicate.mock.calls).toStrictEqual([[error]]);
  });

  it('should read like its code', () => {
    const serverSide = (error: unknown): boolean => error === 500;
    expect(String(errorWhere(serverSide).not())).toBe('errorWhere(serverSide).not()');
    expect(String(errorWhere((error) => error === 5))).toBe('errorWhere((error) => error === 5)');
  });

  it.each([undefined, null, 5, 'text', {}])('should refuse %j', (predicate) => {
    const make = (): unknown => errorWhere(predicate as () => boolean);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(/^errorWhere: predicate must be a function, got /);
  });
});
