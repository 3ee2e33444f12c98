import { describe, expect, it } from 'vitest';
import { anyError } from '../../../lib/components/trackers/any-error.ts';

describe('anyError', () => {
  it.each([new Error('down'), 'text', 0, null, undefined, false])('should match %o', (error) => {
    expect(anyError().test(error)).toBe(true);
  });

  it('should read like its code', () => {
    expect(String(anyError())).toBe('anyError()');
  });
});
