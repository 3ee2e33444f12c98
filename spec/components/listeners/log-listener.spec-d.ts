import { pino } from 'pino';
import {
  logListener,
  pinoFormat,
  winstonFormat,
  type Listener,
  type LogFields,
  type LogFormat,
  type LogListenerOptions,
} from 'rxjs-fluxgate';
import { describe, expectTypeOf, it } from 'vitest';
import { createLogger } from 'winston';

const toPino = pino();
const toWinston = createLogger();

describe('logListener', () => {
  it('should take the console, a pino logger and a winston logger for lines', () => {
    expectTypeOf(logListener({ logger: console })).toEqualTypeOf<Listener>();
    expectTypeOf(logListener({ logger: toPino })).toEqualTypeOf<Listener>();
    expectTypeOf(logListener({ logger: toWinston })).toEqualTypeOf<Listener>();
  });

  it('should take each with the format made for it', () => {
    expectTypeOf(logListener({ logger: toPino, format: pinoFormat })).toEqualTypeOf<Listener>();
    expectTypeOf(logListener({ logger: toPino.child({ team: 'shop' }), format: pinoFormat })).toEqualTypeOf<Listener>();
    expectTypeOf(logListener({ logger: toWinston, format: winstonFormat })).toEqualTypeOf<Listener>();
    expectTypeOf(logListener({ logger: console, format: pinoFormat })).toEqualTypeOf<Listener>();
  });

  it('should hand lines to a logger if there is no format', () => {
    logListener({ logger: { warn: (line) => expectTypeOf(line).toEqualTypeOf<string>() } });
    // @ts-expect-error -- a line is no number
    logListener({ logger: { warn: (_code: number) => undefined } });
  });

  it('should hand to a logger what the format returns', () => {
    logListener({
      format: ({ name, retryAt }) => [name, retryAt],
      logger: {
        warn: (name, retryAt) => {
          expectTypeOf(name).toEqualTypeOf<string>();
          expectTypeOf(retryAt).toEqualTypeOf<number | undefined>();
        },
      },
    });
    // @ts-expect-error -- the fields are no line
    logListener({ format: pinoFormat, logger: { warn: (_line: string) => undefined } });
  });

  it('should have options and formats with names', () => {
    expectTypeOf<LogListenerOptions>().toEqualTypeOf<LogListenerOptions<[line: string]>>();
    expectTypeOf(pinoFormat).toExtend<LogFormat<[fields: LogFields, line: string]>>();
    expectTypeOf(winstonFormat).toExtend<LogFormat<[info: LogFields & { readonly message: string }]>>();
  });
});
