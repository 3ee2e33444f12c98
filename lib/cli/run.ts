import { writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { styleText } from 'node:util';
import { lastValueFrom, tap } from 'rxjs';
import { chart } from '../simulate/chart.ts';
import { compare } from '../simulate/compare.ts';
import { escapeControls, escapeJson, escapeLine } from '../simulate/escape.ts';
import { formatDuration } from '../simulate/format.ts';
import { page } from '../simulate/page.ts';
import { recommend } from '../simulate/recommend.ts';
import type { Report } from '../simulate/report.ts';
import { scripted } from '../simulate/scripted.ts';
import { toRecommendationText } from '../simulate/recommendation-text.ts';
import { toTable } from '../simulate/table.ts';
import type { Traffic } from '../simulate/traffic.ts';
import type { World } from '../simulate/world.ts';
import { parseArguments, type Arguments } from './arguments.ts';
import { loadConfig, type Config } from './load-config.ts';
import { Progress, type ProgressTarget } from './progress.ts';
import { readFiles } from './read-files.ts';
import { CliError, USAGE, UsageError } from './usage.ts';

/** The streams of a process. */
export interface Streams {
  readonly stdin: Readable;
  readonly stdout: ProgressTarget;
  readonly stderr: ProgressTarget;
}

/** Runs the command line; the exit code is 0, or 1 for wrong use or bad input. */
export async function run(args: readonly string[], { stdin, stdout, stderr }: Streams): Promise<number> {
  const progress = new Progress(stderr);
  try {
    if (args.includes('--help') || args.includes('-h')) {
      stdout.write(USAGE);
      return 0;
    }
    const output = await perform(parseArguments(args), stdin, progress, stdout.isTTY === true);
    progress.clear();
    stdout.write(output);
    return 0;
  } catch (error) {
    progress.clear();
    // One message; a stack trace would hide it.
    const message = error instanceof Error ? error.message : String(error);
    stderr.write(`rxjs-fluxgate: ${escapeControls(message)}\n${error instanceof UsageError ? USAGE : ''}`);
    return 1;
  }
}

async function perform(args: Arguments, stdin: Readable, progress: Progress, isTerminal: boolean): Promise<string> {
  const config = args.config === undefined ? {} : await loadConfig(args.config);
  const traffic = args.script ? playScript(args, config) : await readFiles(args, stdin, progress);
  const world = toWorld(args, config);
  if (args.command === 'simulate') return simulateAll(args, config, traffic, world, isTerminal);
  return recommendOne(args, config, traffic, world, progress);
}

function playScript({ config: file }: Arguments, { script }: Config): Traffic {
  if (!script) throw new CliError(`${String(file)}: --script needs an exported script`);
  return ofConfig(file, () => scripted(script));
}

/** Names the file of a configuration in what goes wrong with what it exports. */
function ofConfig<T>(file: string | undefined, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toConfigError(file, error);
  }
}

function toConfigError(file: string | undefined, error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (file === undefined || error instanceof CliError) return error instanceof Error ? error : new Error(message);
  return new CliError(`${file}: ${message.replace(/^(?:simulate|compare|recommend|scripted): /u, '')}`);
}

/** The command line wins over the configuration. */
function toWorld({ timeout, slowAfter, instances }: Arguments, { world = {} }: Config): World {
  return {
    ...world,
    ...(timeout === undefined ? {} : { timeout }),
    ...(slowAfter === undefined ? {} : { slowAfter }),
    ...(instances === undefined ? {} : { instances }),
  };
}

function simulateAll(args: Arguments, config: Config, traffic: Traffic, world: World, isTerminal: boolean): string {
  const reports = ofConfig(args.config, () => compare(traffic, config.contenders ?? { defaults: {} }, world));
  writeFiles(args, reports);
  if (args.json) return toJson({ reports });
  const hint = config.contenders ? '' : '\n These are the defaults; try your own with --config breakers.ts\n';
  return `${emphasise(toTable(reports), isTerminal)}\n${noteQuiet(reports, traffic)}${hint}`;
}

async function recommendOne(
  args: Arguments,
  config: Config,
  traffic: Traffic,
  world: World,
  progress: Progress,
): Promise<string> {
  const { grid } = config;
  if (!grid) throw new CliError(`${String(args.config)}: recommend needs an exported grid`);
  const limits = args.limits ?? (world as { limits?: object }).limits ?? {};
  const search$ = ofConfig(args.config, () => recommend(traffic, grid, { ...world, limits }));
  // eslint-disable-next-line rxjs-x/no-ignored-default-value -- a search always comes to an end
  const found = await lastValueFrom(search$.pipe(tap(({ done, total }) => progress.candidates(done, total)))).catch(
    (error: unknown) => {
      throw toConfigError(args.config, error);
    },
  );
  const shown = found.best ?? found.nearest;
  if (args.html !== undefined && shown) write(args.html, page(shown.reports, found));
  return args.json ? toJson(found) : `${toRecommendationText(found)}\n${noteQuiet(shown?.reports ?? [], traffic)}`;
}

/** Without an outage all configurations come to nearly the same, which is no finding. */
function noteQuiet(reports: readonly Report[], traffic: Traffic): string {
  if (reports.some(({ outages }) => outages.length > 0)) return '';
  return (
    '\n There is no outage in it, so there was nothing to open for; --script plays one that the configuration exports\n' +
    noteDurations(traffic)
  );
}

/** An outage of slow calls is found only by those who know from when a call is slow. */
function noteDurations({ duration }: Traffic): string {
  const sorted = duration.slice().sort();
  const quantile = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  if (quantile(1) === 0) return '';
  const [half, most, longest] = [0.5, 0.99, 1].map((share) => formatDuration(quantile(share)));
  return ` Half of the calls took up to ${half!}, 99 of 100 up to ${most!}, the longest ${longest!}; --slow sets from when a call is bad\n`;
}

function toJson(value: object): string {
  return `${escapeJson(JSON.stringify(value, undefined, 2))}\n`;
}

function writeFiles({ html, svg }: Arguments, reports: readonly Report[]): void {
  if (html !== undefined) write(html, page(reports));
  if (svg !== undefined) write(svg, chart(reports));
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CliError(`${escapeLine(file)}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function emphasise(table: string, isTerminal: boolean): string {
  if (!isTerminal) return table;
  const end = table.indexOf('\n');
  return styleText('bold', table.slice(0, end)) + table.slice(end);
}
