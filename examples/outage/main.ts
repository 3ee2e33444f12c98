// An outage as a circuit breaker sees it: a real HTTP server fails, hangs, goes away and comes back, while a client
// calls it forty times a second. Ends by itself; exits with 1 if the circuit does not open, probe and close.
import { endWith, filter, ignoreElements, interval, lastValueFrom, map, merge, takeUntil, tap, timer } from 'rxjs';
import { Backend } from './backend.ts';
import { steadyCalls, stock } from './client.ts';
import { Display } from './display.ts';
import { Logbook } from './logbook.ts';
import type { Message } from './message.ts';
import { DURATION } from './script.ts';
import { NOTHING, since } from './tally.ts';

const backend = new Backend();
const display = new Display();
const logbook = new Logbook();

process.once('SIGINT', () => {
  display.end();
  process.exit(130);
});

try {
  const url = await backend.url();
  // Once before the clock starts, so that no call of the story pays for the first connection.
  await (await fetch(url)).text();
  await story(url);
  display.end();
  display.print('', ...logbook.summary());
  const complaints = logbook.complaints();
  if (complaints.length > 0) throw new Error(`The circuit breaker did not do its work: ${complaints.join(', ')}.`);
  display.print('', 'See five dependencies fail, on a page that lives: npm run dashboard');
} catch (error) {
  display.end();
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  backend.stop();
}

/** Calls the server while it plays its script, and shows what happens; resolves when the last call has ended. */
async function story(url: string): Promise<void> {
  const end$ = backend.message$.pipe(filter(({ type }) => type === 'end'));
  const lastCall$ = steadyCalls(url, end$).pipe(ignoreElements(), endWith(undefined));

  let shown = NOTHING;
  const everySecond = (): void => {
    display.second(stock.state, since(shown, logbook.tally));
    shown = logbook.tally;
  };
  const onMessage = (message: Message): void => {
    if (message.type === 'request') logbook.request();
    if (message.type !== 'phase') return;
    logbook.phase(message.at);
    display.phase(message.index);
  };

  backend.play();
  display.start();
  const shown$ = merge(
    backend.message$.pipe(tap(onMessage)),
    stock.call$.pipe(tap((event) => logbook.call(event))),
    stock.signal$.pipe(
      tap((signal) => logbook.signal(signal)),
      tap((signal) => display.signal(signal)),
    ),
    interval(1_000).pipe(tap(everySecond)),
    interval(100).pipe(tap(() => display.progress(stock.state, logbook.tally))),
    timer(DURATION + 8_000).pipe(
      map(() => {
        throw new Error('the server did not play its script in time');
      }),
    ),
  );
  await lastValueFrom(shown$.pipe(takeUntil(lastCall$)), { defaultValue: undefined });
}
