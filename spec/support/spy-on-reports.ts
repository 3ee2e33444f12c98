import { config } from 'rxjs';
import { afterEach, beforeEach, vi, type Mock } from 'vitest';

/** Hears what is reported during each test of the file, or of the group, that calls this. */
export function spyOnReports(): Mock<(error: unknown) => void> {
  const reported = vi.fn<(error: unknown) => void>();
  beforeEach(() => {
    reported.mockClear();
    config.onUnhandledError = reported;
  });
  afterEach(() => {
    config.onUnhandledError = null;
  });
  return reported;
}
