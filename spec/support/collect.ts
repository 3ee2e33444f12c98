import type { Observable } from 'rxjs';

/** Subscribes, and keeps what comes as it comes: each value, then `'|'`, or `'#'` and the error. */
export function collect(source$: Observable<unknown>): unknown[] {
  const log: unknown[] = [];
  source$.subscribe({
    next: (value) => log.push(value),
    error: (error: unknown) => log.push('#', error),
    complete: () => log.push('|'),
  });
  return log;
}
