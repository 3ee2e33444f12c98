import { map, type Observable } from 'rxjs';
import type { CallEvent } from 'rxjs-fluxgate';

/** How each call ended, as it ends. */
export function getCallTypes({ call$ }: { readonly call$: Observable<CallEvent> }): Observable<CallEvent['type']> {
  return call$.pipe(map(({ type }) => type));
}
