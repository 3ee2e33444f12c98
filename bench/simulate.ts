// What the simulator costs, in processor time, so that other load of the machine hardly matters: each figure is the best of
// several rounds in turn. Ratios are to the same calls through the operator on RxJS's VirtualTimeScheduler, and to lines
// that are only cut. `npm run bench:simulate`.
import { cpuUsage } from 'node:process';
import { firstValueFrom, timer, Observable, VirtualTimeScheduler } from 'rxjs';
import {
  backoff,
  CircuitBreaker,
  circuitBreaker,
  errorWhere,
  failureRate,
  failureStreak,
  minRequests,
  probes,
  rampUp,
  slowRate,
  timeWindow,
  type CircuitBreakerOptions,
} from 'rxjs-fluxgate';
import {
  accessLog,
  callLines,
  csv,
  jsonLines,
  readTraffic,
  recommend,
  scripted,
  simulate,
  type Format,
  type Traffic,
} from 'rxjs-fluxgate/simulate';

const ROUNDS = 5;
const LINES = 200_000;

/** The least processor time of several rounds, in µs. */
async function leastOf(works: Readonly<Record<string, () => unknown>>): Promise<Readonly<Record<string, number>>> {
  const least: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, work] of Object.entries(works)) {
      const before = cpuUsage();
      await work();
      const { user, system } = cpuUsage(before);
      least[name] = Math.min(least[name] ?? Infinity, user + system);
    }
  }
  return least;
}

function outage(calls: number): Traffic {
  const duration = calls / 3;
  return scripted([
    { duration, rate: 1_000, latency: 40, failureRate: 0.01 },
    { duration, failureRate: 1 },
    { duration, failureRate: 0.01 },
  ]);
}

const every: CircuitBreakerOptions = {
  window: timeWindow(60_000),
  tracker: errorWhere(() => true),
  tripper: minRequests(20)
    .and(failureRate(0.5).or(slowRate(0.3, 500)))
    .or(failureStreak(50)),
  retry: backoff({ initial: 5_000, max: 60_000, jitter: 0.1 }),
  permit: rampUp({ initial: 0.1, final: 1, duration: 10_000 }),
  recovery: probes(5, { slowAfter: 500 }),
};

/** The same calls through the operator, each of which schedules the next. */
function chained({ at, duration, status }: Traffic): void {
  const scheduler = new VirtualTimeScheduler();
  const breaker = new CircuitBreaker({ scheduler });
  breaker.signal$.subscribe();
  const failure = new Error('503');
  const call = (i: number): void => {
    if (i === at.length) return;
    new Observable<void>((subscriber) =>
      scheduler.schedule(() => (status[i] === 503 ? subscriber.error(failure) : subscriber.complete()), duration[i]),
    )
      .pipe(circuitBreaker(breaker))
      .subscribe({ error: () => undefined });
    if (i + 1 < at.length) scheduler.schedule(() => call(i + 1), at[i + 1]! - at[i]!);
  };
  call(0);
  scheduler.flush();
}

async function simulated(): Promise<void> {
  const small = outage(30_000);
  const large = outage(1_000_000);
  const { operator, short } = await leastOf({ operator: () => chained(small), short: () => simulate(small) });
  const { defaults, all } = await leastOf({ defaults: () => simulate(large), all: () => simulate(large, every) });
  console.log(`simulate, 30,000 calls: ${(operator! / short!).toFixed(1)} × as fast as a chained VirtualTimeScheduler`);
  for (const [name, took] of Object.entries({ 'the defaults': defaults!, 'every component': all! })) {
    console.log(`simulate, 1,000,000 calls, ${name}: ${(1_000_000 / took).toFixed(2)} M calls a CPU second`);
  }
}

function toLines(make: (i: number) => string): Uint8Array {
  return Buffer.from(Array.from({ length: LINES }, (_, i) => make(i)).join('\n'));
}

const START = Date.UTC(2026, 10, 28);
const iso = (i: number): string => new Date(START + i * 20).toISOString();
const clock = (i: number): string => iso(i).slice(11, 19);
const codeOf = (i: number): number => (i % 50 === 0 ? 503 : 200);

const records: Readonly<Record<string, readonly [Format, Uint8Array]>> = {
  'combined log': [
    accessLog(),
    toLines(
      (i) =>
        `10.0.0.${String(i % 200)} - - [28/Nov/2026:${clock(i)} +0000] "GET /orders/${String(i)} HTTP/1.1" ${String(codeOf(i))} 512 ` +
        '"https://example.com/" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36" 0.042',
    ),
  ],
  'call lines': [
    callLines(),
    toLines((i) =>
      JSON.stringify({
        name: 'payments',
        type: codeOf(i) === 200 ? 'success' : 'failure',
        state: 'closed',
        timestamp: START + i * 20,
        duration: 12.5,
        stale: false,
        ...(codeOf(i) === 200 ? {} : { status: 503 }),
      }),
    ),
  ],
  CSV: [
    csv(),
    toLines((i) =>
      i === 0 ? 'timestamp,duration,status,host' : `${String(START + i * 20)},12.5,${String(codeOf(i))},a`,
    ),
  ],
  'JSON lines, flat, numbers': [
    jsonLines({ time: 'ts', duration: 'took', status: 'status', key: 'host' }),
    toLines((i) => JSON.stringify({ ts: START + i * 20, took: 12.5, status: codeOf(i), host: 'a' })),
  ],
  'JSON lines, nested, ISO times': [
    jsonLines({ time: 'ts', duration: 'took:s', status: 'http.code', key: 'upstream' }),
    toLines((i) =>
      JSON.stringify({ level: 'info', ts: iso(i), took: 0.0125, http: { code: codeOf(i) }, upstream: 'a' }),
    ),
  ],
};

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += 65_536) yield await Promise.resolve(bytes.subarray(i, i + 65_536));
}

/** What no reader can do without: text of the bytes, cut into lines. */
async function cut(bytes: Uint8Array): Promise<number> {
  const decoder = new TextDecoder();
  let lines = 0;
  for await (const chunk of inChunks(bytes)) lines += decoder.decode(chunk, { stream: true }).split('\n').length;
  return lines;
}

async function readings(): Promise<void> {
  for (const [name, [format, bytes]] of Object.entries(records)) {
    const { read, floor } = await leastOf({
      read: () => readTraffic(inChunks(bytes), format),
      floor: () => cut(bytes),
    });
    const speed = (LINES / read!).toFixed(2);
    console.log(`${name}: ${speed} M lines a CPU second, ${(read! / floor!).toFixed(1)} × lines that are only cut`);
  }
}

async function searched(): Promise<void> {
  const traffic = outage(100_000);
  const grid = {
    parameters: {
      streak: [3, 5, 10, 20],
      calls: [10, 20, 50],
      rate: [0.3, 0.5, 0.8],
      wait: [1_000, 5_000, 10_000, 20_000],
    },
    build: ({ streak, calls, rate, wait }: { streak: number; calls: number; rate: number; wait: number }) => ({
      tripper: minRequests(calls).and(failureRate(rate)).or(failureStreak(streak)),
      retry: backoff({ initial: wait }),
    }),
  };
  const before = cpuUsage();
  const first = await firstValueFrom(recommend(traffic, grid));
  const { user, system } = cpuUsage(before);
  console.log(
    `recommend, 144 × 100,000 calls: shows the first ${String(first.done)} of ${String(first.total)} after ` +
      `${String(Math.round((user + system) / 1_000))} ms of work`,
  );
  const stopped = recommend(traffic, grid).subscribe({ error: console.error });
  await firstValueFrom(timer(50));
  stopped.unsubscribe();
  const idle = cpuUsage();
  await firstValueFrom(timer(200));
  const after = cpuUsage(idle);
  console.log(`recommend, stopped: ${((after.user + after.system) / 1_000).toFixed(0)} ms of work in the 200 ms after`);
}

await simulated();
await readings();
await searched();
