import { Observable, type Subscriber } from 'rxjs';
import { CircuitBreaker, circuitBreaker } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { heard } from '../support/heard.ts';

const boom = new Error('boom');

describe('CallSubscriber', () => {
  it.each<[string, (subscriber: Subscriber<number>) => void]>([
    ['value', (subscriber) => subscriber.next(2)],
    ['error', (subscriber) => subscriber.error(boom)],
    ['completion', (subscriber) => subscriber.complete()],
  ])('should pass no %s on from a source that has unsubscribed it', (_what, notify) => {
    const breaker = new CircuitBreaker();
    const source = new Observable<number>((subscriber) => {
      subscriber.next(1);
      subscriber.unsubscribe();
      notify(subscriber);
    });
    expect(heard(source.pipe(circuitBreaker(breaker)))).toStrictEqual([1]);
    expect(breaker.info()).toMatchObject({ inFlight: 0, metric: { totalCount: 1, failureCount: 0 } });
  });
});
