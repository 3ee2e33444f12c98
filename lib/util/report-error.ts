import { config } from 'rxjs';

/** Reports an error that has no subscriber to go to; never throws. */
export function reportError(error: unknown): void {
  try {
    if (config.onUnhandledError) config.onUnhandledError(error);
    else console.error(error);
  } catch {
    // The reporter is broken too: the circuit and the process go on.
  }
}

/** Runs `work` and reports what it throws. */
export function tryOrReport(work: () => void): void {
  try {
    work();
  } catch (error) {
    reportError(error);
  }
}
