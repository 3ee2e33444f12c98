import { findStatus } from '../../integrations/http/find-status.ts';
import type { CallEvent } from '../../types/call-event.ts';
import { wrongType } from '../../util/check.ts';
import type { Format, Parsed } from './format.ts';
import { parseObject, read } from './json-lines.ts';
import { toStatus } from './fields.ts';

const TYPES: ReadonlySet<unknown> = new Set(['success', 'failure', 'ignored', 'cancelled', 'rejected']);

/**
 * One JSON line for an event of `call$`, without a line end: what a day of real traffic is recorded with. Of the error only
 * its status is kept, as `httpFailure` of `rxjs-fluxgate/http` finds it, because errors may carry the tokens of users.
 *
 * @throws TypeError if `event` is not one
 * @example
 * ```ts
 * import { CircuitBreaker, circuitBreaker } from 'rxjs-fluxgate';
 * import { of, throwError } from 'rxjs';
 * import { callLine, callLines, readTraffic } from 'rxjs-fluxgate/simulate';
 *
 * const payments = new CircuitBreaker({ name: 'payments' });
 * payments.metricsOnly(); // records and never rejects
 * const lines: string[] = [];
 * payments.call$.subscribe((event) => lines.push(callLine(event)));
 *
 * of(1).pipe(circuitBreaker(payments)).subscribe();
 * throwError(() => Object.assign(new Error('down'), { status: 503 }))
 *   .pipe(circuitBreaker(payments))
 *   .subscribe({ error: () => undefined });
 * console.log((await readTraffic(lines, callLines())).status); // => Uint16Array(2) [ 200, 503 ]
 * ```
 *
 * @see {@link callLines}
 */
export function callLine(event: CallEvent): string {
  const given: unknown = event;
  if (typeof given !== 'object' || given === null || !('timestamp' in given)) {
    throw wrongType('callLine: event', 'an event of call$', event);
  }
  const { name, type, state, timestamp, duration, stale, error } = event;
  const status = error === undefined ? undefined : toStatus(findStatus(error));
  // JSON has no NaN and would write null.
  return JSON.stringify({ name, type, state, timestamp, duration, stale, ...(isNumber(status) ? { status } : {}) });
}

function isNumber(status: number | undefined): boolean {
  return status !== undefined && !Number.isNaN(status);
}

/**
 * The events of `call$` as JSON lines, made by {@link callLine}. A call began at its timestamp minus its duration; without
 * a status a failure is 0, all else 200. Cancelled calls are left out. A call that the breaker rejected has no answer: it
 * gets the one of the nearest call in time, so record with `metricsOnly()`.
 *
 * @example
 * ```ts
 * import { callLines, readTraffic } from 'rxjs-fluxgate/simulate';
 *
 * const line = '{"name":"payments","type":"failure","timestamp":1500,"duration":500}';
 * const { at, duration, status, key } = await readTraffic([line], callLines());
 * console.log(at[0], duration[0], status[0], key?.(0)); // => 1000 500 0 payments
 * ```
 *
 * @see {@link callLine}, {@link readTraffic}
 */
export function callLines(): Format {
  return {
    name: 'callLines()',
    _open: () => {
      let isEvent = false;
      return {
        expected: 'a line of callLine(): JSON with type, timestamp and duration',
        unit: 'line',
        atEnd: true,
        ordered: true,
        none: () => (isEvent ? 'each was cancelled or refused by a live breaker' : undefined),
        line(text, emit) {
          const parsed = scan(text) ?? parse(text);
          if (parsed !== 'unreadable') isEvent = true;
          emit(parsed);
        },
      };
    },
  };
}

/** A line of `callLine()` in its parts, if its name needs no escapes. */
const WRITTEN =
  /^\{"name":"([^"\\\p{Cc}]*)","type":"([a-z]+)","state":"[a-z_]+","timestamp":(\d+(?:\.\d+)?),"duration":(\d+(?:\.\d+)?),"stale":(?:true|false)(?:,"status":(\d+))?\}$/u;

/** What {@link callLine} has written, twice as fast as JSON; undefined for any other line. */
function scan(text: string): Parsed | undefined {
  const match = WRITTEN.exec(text);
  if (!match) return undefined;
  const [, name, type, timestamp, duration, status] = match;
  return toRow(type, Number(timestamp), Number(duration), status === undefined ? undefined : Number(status), name);
}

function parse(text: string): Parsed {
  const object = parseObject(text);
  if (!object) return 'unreadable';
  const at = (member: string): unknown => read(object, member);
  return toRow(at('type'), at('timestamp'), at('duration'), at('status'), at('name'));
}

/** Whether an object looks like an event of `call$`. */
export function isCallEvent(object: object): boolean {
  return TYPES.has(read(object, 'type')) && typeof read(object, 'timestamp') === 'number';
}

function toRow(type: unknown, time: unknown, duration: unknown, status: unknown, name: unknown): Parsed {
  if (!TYPES.has(type) || typeof time !== 'number' || !Number.isFinite(time)) return 'unreadable';
  if (typeof duration !== 'number' || !(duration >= 0 && duration < Infinity)) return 'unreadable';
  if (type === 'cancelled') return 'nothing';
  const code = status === undefined || status === null ? (type === 'failure' ? 0 : 200) : toStatus(status);
  if (Number.isNaN(code)) return 'unreadable';
  return {
    time,
    duration,
    status: code,
    key: typeof name === 'string' ? name : undefined,
    refused: type === 'rejected',
  };
}
