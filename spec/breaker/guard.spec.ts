import { Observable, Subscription, type Subscriber } from 'rxjs';
import { CircuitBreaker, circuitBreaker } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';

/** What a source adds to its subscriber, and the order in which it was torn down. */
class Teardowns {
  readonly ran: string[] = [];

  get(name: string): () => void {
    return () => this.ran.push(name);
  }

  /** Subscribes to a guarded source that does `work`. */
  subscribe(work: (subscriber: Subscriber<number>) => (() => void) | undefined): Subscription {
    return new Observable<number>(work).pipe(circuitBreaker(new CircuitBreaker())).subscribe();
  }
}

describe('what a source adds to its subscriber', () => {
  it('should be torn down once each, in its order', () => {
    const teardowns = new Teardowns();
    const subscription = teardowns.subscribe((subscriber) => {
      const first = teardowns.get('first');
      subscriber.add(first);
      subscriber.add(first);
      subscriber.add(undefined);
      subscriber.add(new Subscription(teardowns.get('second')));
      return teardowns.get('third');
    });
    expect(teardowns.ran).toStrictEqual([]);
    subscription.unsubscribe();
    subscription.unsubscribe();
    expect(teardowns.ran).toStrictEqual(['first', 'second', 'third']);
  });

  it('should be torn down at once after the end', () => {
    const teardowns = new Teardowns();
    teardowns.subscribe((subscriber) => {
      subscriber.add(teardowns.get('first'));
      subscriber.complete();
      subscriber.add(teardowns.get('second'));
      teardowns.ran.push('work');
      return teardowns.get('third');
    });
    expect(teardowns.ran).toStrictEqual(['first', 'second', 'work', 'third']);
  });

  it.each(['first', 'second'])('should leave the other in place when the %s is removed', (removed) => {
    const teardowns = new Teardowns();
    const subscription = teardowns.subscribe((subscriber) => {
      const parts = { first: teardowns.get('first'), second: teardowns.get('second') };
      subscriber.add(parts.first);
      subscriber.add(parts.second);
      subscriber.remove(parts[removed as keyof typeof parts]);
      return undefined;
    });
    subscription.unsubscribe();
    expect(teardowns.ran).toStrictEqual([removed === 'first' ? 'second' : 'first']);
  });

  it('should not mind the removal of what was never added', () => {
    const teardowns = new Teardowns();
    const subscription = teardowns.subscribe((subscriber) => {
      subscriber.add(teardowns.get('first'));
      subscriber.remove(teardowns.get('first'));
      return undefined;
    });
    subscription.unsubscribe();
    expect(teardowns.ran).toStrictEqual(['first']);
  });
});
