import { config } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reportError } from '../../lib/util/report-error.ts';

describe('reportError', () => {
  const print = vi.fn();

  beforeEach(() => {
    print.mockReset();
    vi.spyOn(console, 'error').mockImplementation(print);
  });

  afterEach(() => {
    config.onUnhandledError = null;
  });

  it('should call config.onUnhandledError alone, if that is set', () => {
    const handler = vi.fn();
    config.onUnhandledError = handler;
    const error = new Error('broken');
    reportError(error);
    expect(handler.mock.calls).toStrictEqual([[error]]);
    expect(print).not.toHaveBeenCalled();
  });

  it('should print the error otherwise', () => {
    const error = new Error('broken');
    reportError(error);
    expect(print.mock.calls).toStrictEqual([[error]]);
  });

  it('should not throw when the handler does', () => {
    config.onUnhandledError = () => {
      throw new Error('handler');
    };
    expect(() => reportError(new Error('broken'))).not.toThrow();
  });

  it('should not throw when the console does', () => {
    print.mockImplementation(() => {
      throw new Error('console');
    });
    expect(() => reportError(new Error('broken'))).not.toThrow();
  });

  it.each([undefined, null, 'text', 0])('should report %o as it is', (error) => {
    reportError(error);
    expect(print.mock.calls).toStrictEqual([[error]]);
  });
});
