import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { escapeLine } from '../simulate/escape.ts';
import { readTraffic, readWithFields, type ReadOptions } from '../simulate/formats/read-traffic.ts';
import { filterTraffic, mergeTraffic } from '../simulate/select-traffic.ts';
import type { Traffic } from '../simulate/traffic.ts';
import type { Arguments } from './arguments.ts';
import type { Progress } from './progress.ts';
import { CliError } from './usage.ts';

/** The calls of all files in the order of time, those that the arguments ask for. */
export async function readFiles(args: Arguments, stdin: Readable, progress: Progress): Promise<Traffic> {
  const all: Traffic[] = [];
  for (const file of args.files) {
    const traffic = await readFile(file, args, stdin, progress);
    const prefix = args.files.length > 1 ? `${file}: ` : '';
    all.push({ ...traffic, notes: traffic.notes.map((note) => prefix + note) });
  }
  return selectCalls(mergeTraffic(all), args);
}

/** The calls between --from and --to, and of --only. */
export function selectCalls(traffic: Traffic, { from, to, only }: Arguments): Traffic {
  if (only !== undefined && !traffic.key) {
    throw new CliError('--only: the record holds no key; name its column or path with --fields …,key=…');
  }
  const selected = filterTraffic(traffic, from, to, only);
  if (selected.at.length === 0) throw new CliError('no call is left after --from, --to and --only');
  return selected;
}

async function readFile(file: string, args: Arguments, stdin: Readable, progress: Progress): Promise<Traffic> {
  const name = file === '-' ? 'standard input' : file;
  try {
    const source = open(file, stdin) as AsyncIterable<Uint8Array>;
    const options: ReadOptions = {
      maxSkipped: args.lenient ? 1 : 0.05,
      onProgress: ({ lines }) => progress.lines(escapeLine(name), lines),
    };
    const { fields, format } = args;
    return await (fields && !format ? readWithFields(source, fields, options) : readTraffic(source, format, options));
  } catch (error) {
    throw new CliError(`${name}: ${describe(error)}`);
  }
}

function open(file: string, stdin: Readable): Readable {
  if (file === '-') return stdin;
  const bytes = createReadStream(file);
  if (!file.endsWith('.gz')) return bytes;
  const unpacked = createGunzip();
  // An error of the file ends the unpacking too, and is met where its output is read.
  pipeline(bytes, unpacked, () => undefined);
  return unpacked;
}

function describe(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'it may not be read';
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^readTraffic: /u, '');
}
