import { config } from 'rxjs';

/** Reports an error that no subscriber can be told of; never throws. */
export function reportError(error: unknown): void {
  try {
    if (config.onUnhandledError) config.onUnhandledError(error);
    else console.error(error);
  } catch {
    // Whoever is told is broken too, and nobody is left to tell: the circuit and the process go on.
  }
}

/** Does what nobody is there to be told the errors of: they are reported. */
export function tryOrReport(work: () => void): void {
  try {
    work();
  } catch (error) {
    reportError(error);
  }
}
