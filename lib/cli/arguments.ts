import { parseArgs } from 'node:util';
import { accessLog } from '../simulate/formats/access-log.ts';
import { callLines } from '../simulate/formats/call-lines.ts';
import { csv } from '../simulate/formats/csv.ts';
import type { Fields } from '../simulate/formats/fields.ts';
import type { Format } from '../simulate/formats/format.ts';
import { har } from '../simulate/formats/har.ts';
import { jsonLines } from '../simulate/formats/json-lines.ts';
import { otlp } from '../simulate/formats/otlp.ts';
import { parseIso } from '../simulate/formats/time.ts';
import type { Limits } from '../simulate/limits.ts';
import { UsageError } from './usage.ts';

/** What the command line asks for. */
export interface Arguments {
  readonly command: 'simulate' | 'recommend';
  readonly files: readonly string[];
  readonly config: string | undefined;
  readonly format: Format | undefined;
  /** Where a format that is recognised finds the members of a call. */
  readonly fields: Fields | undefined;
  readonly timeout: number | undefined;
  readonly slowAfter: number | undefined;
  readonly instances: number | undefined;
  /** In ms since 1970; from inclusive, to not. */
  readonly from: number;
  readonly to: number;
  readonly only: string | undefined;
  readonly script: boolean;
  readonly json: boolean;
  readonly html: string | undefined;
  readonly svg: string | undefined;
  readonly lenient: boolean;
  readonly limits: Limits | undefined;
}

const OPTIONS = {
  config: { type: 'string' },
  format: { type: 'string' },
  fields: { type: 'string' },
  timeout: { type: 'string' },
  slow: { type: 'string' },
  instances: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  only: { type: 'string' },
  limit: { type: 'string' },
  html: { type: 'string' },
  svg: { type: 'string' },
  script: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  lenient: { type: 'boolean', default: false },
} as const;

/** How a file is read, and which of its calls are taken. */
const OF_FILES = ['from', 'to', 'only', 'format', 'fields', 'lenient'] as const;

const FORMATS: Readonly<Record<string, (fields: Fields | undefined) => Format>> = {
  combined: () => accessLog(),
  calls: () => callLines(),
  json: (fields) => jsonLines(fields),
  csv: (fields) => csv(fields),
  har: () => har(),
  otlp: () => otlp(),
};

/** Reads the arguments after the name of the program; throws a UsageError for what is wrong. */
export function parseArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const [command, ...files] = positionals;
  if (command !== 'simulate' && command !== 'recommend') {
    throw new UsageError(
      command === undefined ? 'a command is missing' : `there is no command ${JSON.stringify(command)}`,
    );
  }
  if (command === 'recommend' && values.config === undefined) throw new UsageError('recommend needs --config');
  if (command === 'simulate' && values.limit !== undefined) throw new UsageError('--limit belongs to recommend');
  if (command === 'recommend' && values.svg !== undefined) throw new UsageError('--svg belongs to simulate');
  if (files.length === 0 && !values.script) throw new UsageError('a FILE is missing, or --script with a configuration');
  if (values.script && files.length > 0) throw new UsageError('--script takes the place of FILE');
  const needless = OF_FILES.find((name) => values.script && values[name]);
  if (needless !== undefined)
    throw new UsageError(`--${needless} is about a FILE, and --script takes the place of one`);
  if (values.script && values.config === undefined) throw new UsageError('--script needs --config');
  if (files.filter((file) => file === '-').length > 1) throw new UsageError('- can stand only once');
  const fields = values.fields === undefined ? undefined : toFields(values.fields);
  return {
    command,
    files,
    config: values.config,
    format: values.format === undefined ? undefined : toFormat(values.format, fields),
    fields,
    timeout: values.timeout === undefined ? undefined : toDuration('--timeout', values.timeout),
    slowAfter: values.slow === undefined ? undefined : toDuration('--slow', values.slow),
    instances: values.instances === undefined ? undefined : toCount('--instances', values.instances),
    from: values.from === undefined ? -Infinity : toMoment('--from', values.from),
    to: values.to === undefined ? Infinity : toMoment('--to', values.to),
    only: values.only === undefined ? undefined : toKey(values.only),
    script: values.script,
    json: values.json,
    html: values.html,
    svg: values.svg,
    lenient: values.lenient,
    limits: values.limit === undefined ? undefined : toLimits(values.limit),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.replace(/\. To specify.*/su, '') : String(error));
  }
}

function toFormat(name: string, fields: Fields | undefined): Format {
  if (!Object.hasOwn(FORMATS, name)) {
    throw new UsageError(`--format takes ${Object.keys(FORMATS).join(', ')}, got ${JSON.stringify(name)}`);
  }
  if (fields !== undefined && name !== 'json' && name !== 'csv') {
    throw new UsageError('--fields needs --format json or --format csv, or none');
  }
  return FORMATS[name]!(fields);
}

function toFields(text: string): Fields {
  const fields = toPairs('--fields', text, ['time', 'duration', 'status', 'key']);
  if (fields['time'] === undefined) throw new UsageError('--fields needs time=…');
  return fields as unknown as Fields;
}

function toPairs(option: string, text: string, names: readonly string[]): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const part of text.split(',')) {
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(0, equals));
    if (!names.includes(name) || equals === part.length - 1) {
      throw new UsageError(`${option} takes ${names.map((n) => `${n}=…`).join(',')}, got ${JSON.stringify(part)}`);
    }
    pairs[name] = part.slice(equals + 1);
  }
  return pairs;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 };

/** `2s`, `500ms`, `1.5m`; a bare number is ms. */
function toDuration(option: string, text: string, takesZero = false): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|min|h)?$/u.exec(text);
  const ms = match ? Number(match[1]) * UNITS[match[2] ?? 'ms']! : NaN;
  if (!(ms > 0 || (takesZero && ms === 0)))
    throw new UsageError(`${option} takes a time such as 500ms or 2s, got ${JSON.stringify(text)}`);
  return ms;
}

function toCount(option: string, text: string): number {
  const count = /^\d+$/u.test(text) ? Number(text) : 0;
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new UsageError(`${option} takes an integer of at least 1, got ${JSON.stringify(text)}`);
  }
  return count;
}

function toMoment(option: string, text: string): number {
  const time = parseIso(text);
  if (Number.isNaN(time)) throw new UsageError(`${option} takes an ISO 8601 time, got ${JSON.stringify(text)}`);
  return time;
}

function toKey(text: string): string {
  if (!text.startsWith('key=')) throw new UsageError(`--only takes key=…, got ${JSON.stringify(text)}`);
  return text.slice(4);
}

const LIMITS: Readonly<Record<string, keyof Limits>> = {
  opened: 'openedAfter',
  lost: 'lost',
  missed: 'missed',
  alarms: 'falseAlarms',
};

function toLimits(text: string): Limits {
  const limits: { -readonly [Name in keyof Limits]: number } = {};
  for (const [name, value] of Object.entries(toPairs('--limit', text, Object.keys(LIMITS)))) {
    limits[LIMITS[name]!] = name === 'opened' ? toDuration('--limit opened', value, true) : toShare(name, value);
  }
  return limits;
}

/** A count, a ratio or a percentage. */
function toShare(name: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(%)?$/u.exec(text);
  const value = match ? Number(match[1]) / (match[2] ? 100 : 1) : NaN;
  const isRight = name === 'lost' ? value <= 1 : Number.isInteger(value) && !match?.[2];
  if (!isRight) {
    const takes = name === 'lost' ? 'a share such as 0.1% or 0.001' : 'a count';
    throw new UsageError(`--limit ${name} takes ${takes}, got ${JSON.stringify(text)}`);
  }
  return value;
}
