import { Subject, Subscription, type Observable, type Observer } from 'rxjs';
import { CircuitBreaker, CircuitBreakerRegistry, never } from 'rxjs-fluxgate';
import type { Group, Variant } from '../group.ts';
import { calling, observer, sink } from '../repeat.ts';

// What must not cost more each, however many there are. A run is long, so that a few rounds will do.

const ROUNDS = 3;
const MANY = 100_000;
/** A Subject with more takes minutes to lose them: it is quadratic. */
const CROWD = 10_000;

export const SUBJECT = 'a Subject';
export const SIGNALS = 'signal$';
export const CALLS = 'call$';

/** So many join, one notification is sent, and they leave again. */
export function watchers(): Group {
  const breaker = new CircuitBreaker({ retry: never() });
  const subject = new Subject<number>();
  const crowd = (name: string, stream$: Observable<unknown>, send: () => void): Variant => ({
    name,
    calls: CROWD,
    run: () => {
      const subscriptions = Array.from({ length: CROWD }, () => stream$.subscribe(observer));
      send();
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  });
  return {
    title: 'Ten thousand subscribers of a stream',
    about: 'Each subscribes, gets one notification, and unsubscribes.',
    baselines: [SUBJECT],
    rounds: ROUNDS,
    variants: [
      crowd(SUBJECT, subject, () => subject.next(1)),
      crowd(SIGNALS, breaker.signal$, () => {
        breaker.trip();
        breaker.reset();
      }),
      crowd(CALLS, breaker.call$, () => breaker.admit().complete()),
    ],
  };
}

export const FEW_REENTRANT = '100 calls within a call';
export const MANY_REENTRANT = '100,000 calls within a call';

/** A listener of `call$` that makes the next call itself. */
export function reentrant(): Group {
  const chain = (name: string, calls: number): Variant => {
    const breaker = new CircuitBreaker();
    let left = 0;
    const caller: Observer<unknown> = {
      ...observer,
      next: () => {
        if (left-- > 0) breaker.admit().complete();
      },
    };
    breaker.call$.subscribe(caller);
    return {
      name,
      calls,
      run: () => {
        left = calls - 1;
        breaker.admit().complete();
      },
    };
  };
  return {
    title: 'Calls made by a subscriber of call$',
    about: 'Each event makes the subscriber begin and end the next call, so that the events wait in the queue.',
    baselines: [FEW_REENTRANT],
    rounds: ROUNDS,
    variants: [chain(FEW_REENTRANT, 100), chain(MANY_REENTRANT, MANY)],
  };
}

export const FEW_PROBES = '100 probes';
export const MANY_PROBES = '100,000 probes';

/** All probes of a half-open circuit are admitted, and then settle, the first one first. */
export function probes(): Group {
  const probing = (name: string, count: number): Variant => {
    const breaker = new CircuitBreaker({ maxProbes: count, recovery: () => undefined });
    breaker.halfOpen();
    return {
      name,
      calls: count,
      run: () => {
        const calls = Array.from({ length: count }, () => breaker.admit());
        for (const call of calls) call.complete();
      },
    };
  };
  return {
    title: 'Probes in flight together',
    about: 'A half-open circuit that stays so: all probes are admitted before the first settles.',
    baselines: [FEW_PROBES],
    rounds: ROUNDS,
    variants: [probing(FEW_PROBES, 100), probing(MANY_PROBES, MANY)],
  };
}

export const FEW_KEYS = 'a new key beside 100 idle breakers';
export const MANY_IDLE_KEYS = 'a new key beside 100,000 idle breakers';
export const MANY_OPEN_KEYS = 'a new key beside 100,000 open breakers';
export const MANY_BUSY_KEYS = 'a new key beside 100,000 breakers with a call in flight';

/** A registry that is full gets a key that it has not seen. */
export function keys(): Group {
  const ends = new Subscription();
  const filled = (name: string, size: number, use: (breaker: CircuitBreaker) => unknown): Variant => {
    const registry = new CircuitBreakerRegistry({ retry: never() }, { maxSize: size });
    ends.add(() => registry.dispose());
    for (let i = 0; i < size; i++) sink.value = use(registry.get(`key ${String(i)}`));
    let next = 0;
    return calling(name, () => (sink.value = registry.get(`new ${String(next++)}`)));
  };
  return {
    title: 'A new key of a registry',
    about: 'The registry holds as many breakers as it may, so that each new key evicts an old one, if one may go.',
    baselines: [FEW_KEYS],
    rounds: ROUNDS,
    variants: [
      filled(FEW_KEYS, 100, (breaker) => breaker),
      filled(MANY_IDLE_KEYS, MANY, (breaker) => breaker),
      filled(MANY_OPEN_KEYS, MANY, (breaker) => breaker.trip()),
      filled(MANY_BUSY_KEYS, MANY, (breaker) => breaker.admit()),
    ],
    dispose: () => ends.unsubscribe(),
  };
}
