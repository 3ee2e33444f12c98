import { Logger, type LoggerService } from '@nestjs/common';
import { onTestFinished } from 'vitest';

/** What Nest's Logger prints at ERROR and WARN until the test has ended; the rest is dropped. */
export function recordLogs(): unknown[][] {
  const lines: unknown[][] = [];
  const logger: LoggerService = {
    log: () => undefined,
    warn: (...line: unknown[]) => void lines.push(['warn', ...line]),
    error: (...line: unknown[]) => void lines.push(['error', ...line]),
  };
  Logger.overrideLogger(logger);
  onTestFinished(() => {
    Logger.overrideLogger(false);
  });
  return lines;
}
