// The state changes of one circuit as structured lines, by pino and by winston. Exits with 1 if one of them prints less
// than the other.
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { of, throwError } from 'rxjs';
import {
  CircuitBreaker,
  circuitBreaker,
  failureStreak,
  logListener,
  pinoFormat,
  probes,
  winstonFormat,
} from 'rxjs-fluxgate';
import { createLogger, format, transports } from 'winston';

/** Shows what is written to it, and keeps it parsed. */
class Output extends Writable {
  readonly lines: Record<string, unknown>[] = [];

  constructor(name: string) {
    super({
      write: (json, _encoding, done) => {
        this.lines.push(JSON.parse(String(json)) as Record<string, unknown>);
        process.stdout.write(`${name} ${String(json)}`);
        done();
      },
    });
  }
}

const toPino = new Output('pino   ');
const toWinston = new Output('winston');

const payments = new CircuitBreaker({
  name: 'payments',
  tripper: failureStreak(3),
  retry: () => 0,
  recovery: probes(1),
  listeners: [
    logListener({ logger: pino(toPino), format: pinoFormat, levels: { open: 'error' } }),
    logListener({
      logger: createLogger({
        format: format.combine(format.timestamp(), format.json()),
        // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- to winston's types it is an interface
        transports: [new transports.Stream({ stream: toWinston })],
      }),
      format: winstonFormat,
      levels: { open: 'error' },
    }),
  ],
});

const failing$ = throwError(() => new Error('connect ECONNREFUSED')).pipe(circuitBreaker(payments));
for (let call = 0; call < 3; call++) failing$.subscribe({ error: () => undefined });
of('paid').pipe(circuitBreaker(payments)).subscribe();

const received = ({ lines }: Output): string =>
  lines.map(({ circuit, newState, err }) => [circuit, newState, (err as Error | undefined)?.message].join(' ')).join();
const expected = 'payments open connect ECONNREFUSED,payments half_open ,payments closed ';
if (received(toPino) !== expected || received(toWinston) !== expected) {
  console.error(`Expected ${expected}, got ${received(toPino)} and ${received(toWinston)}.`);
  process.exitCode = 1;
}
