import { config } from 'rxjs';

/** Reports an error that no subscriber can be told of; never throws. */
export function reportError(error: unknown): void {
  try {
    if (config.onUnhandledError) config.onUnhandledError(error);
    else console.error(error);
  } catch (failure) {
    // A handler that is broken too must not end the process, nor hide what it was told.
    console.error(failure, error);
  }
}
