import { observable, type Observable, type Subscriber, type Unsubscribable } from 'rxjs';

interface Foreign {
  [observable]: () => Foreign;
  subscribe: (observer: Subscriber<number>) => Unsubscribable;
}

/** An Observable that follows no rule: RxJS does not keep its notifications in order. It returns its teardown. */
export function foreign(subscribe: (observer: Subscriber<number>) => () => void): Observable<number> {
  const source: Foreign = {
    [observable]: () => source,
    subscribe: (observer) => ({ unsubscribe: subscribe(observer) }),
  };
  return source as unknown as Observable<number>;
}
