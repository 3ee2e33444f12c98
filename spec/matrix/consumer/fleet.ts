import { CircuitBreaker } from 'rxjs-fluxgate';
import { joinFleet, memoryStore, type Fleet } from 'rxjs-fluxgate/fleet';
import { redisStore, type RedisStore } from 'rxjs-fluxgate/redis';

// A command reaches the other member; a store of Redis is made of any client that has the right methods.
const store = memoryStore();
const [one, other] = [new CircuitBreaker({ name: 'stock' }), new CircuitBreaker({ name: 'stock' })];
const fleets: Fleet[] = [joinFleet(one, { store, id: 'pod-1' }), joinFleet(other, { store, id: 'pod-2' })];
export const makeStore = (client: Parameters<typeof redisStore>[0]): RedisStore =>
  redisStore(client, { namespace: 'shop' });

// No timer of a fleet keeps a process alive.
const awake = setInterval(() => undefined, 1_000);
other.signal$.subscribe({
  next: ({ newState }) => {
    console.log(`the other is ${newState}`);
    for (const fleet of fleets) fleet.unsubscribe();
    clearInterval(awake);
  },
  error: (error: unknown) => console.log(error),
});
one.forceOpen('ticket 4711');
