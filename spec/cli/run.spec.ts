import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../lib/cli/run.ts';

const CONFIG = fileURLToPath(new URL('fixtures/breakers.mjs', import.meta.url));

/** 10 calls a second for a minute, of which those of the second half fail. */
const START = Date.UTC(2026, 10, 28, 10);
const LINES = Array.from({ length: 600 }, (_, i) =>
  JSON.stringify({
    ...{ name: i % 3 === 0 ? 'stock' : 'payments', type: i < 300 ? 'success' : 'failure', duration: 20 },
    timestamp: START + i * 100 + 20.5,
  }),
);

let folder: string;
let calls: string;

beforeAll(() => {
  folder = mkdtempSync(`${tmpdir()}/fluxgate-`);
  calls = `${folder}/calls.jsonl`;
  writeFileSync(calls, LINES.join('\n'));
  writeFileSync(`${folder}/calls.jsonl.gz`, gzipSync(LINES.join('\n')));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a configuration. A module is loaded once, so each has a file of its own. */
function writeConfig(text: string): string {
  const file = `${folder}/config-${String(configs++)}.mjs`;
  writeFileSync(file, text);
  return file;
}

let configs = 0;

/** Whether a text has control characters besides line ends. */
function hasControls(text: string): boolean {
  return Array.from(text).some((char) => char !== '\n' && (char < ' ' || (char >= '\u007f' && char <= '\u009f')));
}

async function cli(args: readonly string[], { stdin = '', isTTY = false } = {}) {
  const output = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({ isTTY, write: (text: string) => (output[name] += text) });
  const streams = { stdin: Readable.from([Buffer.from(stdin)]), stdout: stream('stdout'), stderr: stream('stderr') };
  return { code: await run(args, streams), ...output };
}

const FIELDS = 'time=t,duration=d:s,status=c,key=k';
const response = { status: 503 };
const span = {
  ...{ kind: 3, startTimeUnixNano: '1000000000', endTimeUnixNano: '1250000000' },
  attributes: [{ key: 'http.response.status_code', value: { intValue: '503' } }],
};

describe('rxjs-fluxgate simulate', () => {
  it('should run the defaults on a file of any format that it knows, and name --config', async () => {
    const { code, stdout, stderr } = await cli(['simulate', calls]);
    expect([code, stderr]).toStrictEqual([0, '']);
    expect(stdout).toMatch(/^ 600 calls, 1 outage +defaults\n/);
    expect(stdout.trimEnd().split('\n').at(-1)).toContain('--config');
  });

  it('should note that a record holds no outage', async () => {
    writeFileSync(`${folder}/quiet`, LINES.slice(0, 300).join('\n'));
    const quiet = await cli(['simulate', `${folder}/quiet`]);
    expect(quiet.stdout).toContain('There is no outage in it');
    const { stdout } = await cli(['recommend', `${folder}/quiet`, '--config', CONFIG]);
    expect(stdout).toContain('There is no outage in it');
    // The values that come to the same are many, and would make the table wider than a terminal.
    expect(stdout).toMatch(/^ \* streak 5 +0 +0 +-$/m);
    expect(stdout).toContain('\n It does the same with streak 2, 500.\n');
    expect(quiet.stdout).toContain(
      'Half of the calls took up to 20 ms, 99 of 100 up to 20 ms, the longest 20 ms; --slow',
    );
    writeFileSync(`${folder}/untimed`, 'timestamp,status\n0,200\n1,200');
    expect((await cli(['simulate', `${folder}/untimed`])).stdout).not.toContain('Half of the calls');
    expect((await cli(['simulate', calls])).stdout).not.toContain('There is no outage in it');
    expect((await cli(['recommend', calls, '--config', CONFIG])).stdout).not.toContain('There is no outage in it');
  });

  it('should compare the contenders of a configuration', async () => {
    const { code, stdout } = await cli(['simulate', calls, '--config', CONFIG]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ 600 calls, 1 outage +eager +patient\n/);
    expect(stdout).toContain('patient: did not open: failureStreak(500) held 0 of 300 times');
    expect(stdout).not.toContain('--config');
  });

  it('should read standard input and gzip, and merge files by time', async () => {
    const plain = await cli(['simulate', calls, '--json']);
    for (const args of [['-'], [`${folder}/calls.jsonl.gz`]]) {
      const other = await cli(['simulate', ...args, '--json'], { stdin: LINES.join('\n') });
      expect(other.stdout).toBe(plain.stdout);
    }
    writeFileSync(`${folder}/even`, LINES.filter((_, i) => i % 2 === 0).join('\n'));
    writeFileSync(`${folder}/odd`, LINES.filter((_, i) => i % 2 === 1).join('\n'));
    const merged = await cli(['simulate', `${folder}/odd`, `${folder}/even`, '--json']);
    expect(merged.stdout).toBe(plain.stdout);
  });

  it('should take the calls from --from to before --to, and of --only', async () => {
    const asked = async (...args: string[]) => {
      const { stdout } = await cli(['simulate', calls, '--json', ...args]);
      return (JSON.parse(stdout) as { reports: { asked: number }[] }).reports[0]!.asked;
    };
    expect(await asked('--from', '2026-11-28T10:00:00.0005Z', '--to', '2026-11-28T10:00:01.0005Z')).toBe(10);
    expect(await asked('--only', 'key=payments')).toBe(400);
    expect((await cli(['simulate', calls, '--only', 'key=none'])).stderr).toContain('no call is left');
  });

  it('should let the command line win over the world of the configuration', async () => {
    const met = async (...args: string[]) => {
      const { stdout } = await cli(['simulate', calls, '--json', ...args]);
      return (JSON.parse(stdout) as { reports: { met: number; spared: number }[] }).reports.map(
        (r) => r.met + r.spared,
      );
    };
    expect(await met('--config', CONFIG)).toStrictEqual([300, 300]);
    expect(await met('--config', CONFIG, '--slow', '10ms')).toStrictEqual([600, 600]);
    expect(await met('--timeout', '0.01s')).toStrictEqual([600]);
  });

  it('should play the script of a configuration', async () => {
    const { stdout } = await cli(['simulate', '--script', '--config', CONFIG]);
    expect(stdout).toMatch(/^ 200 calls, 1 outage/);
  });

  it('should print one JSON document, equal in two runs', async () => {
    const args = ['simulate', calls, '--config', CONFIG, '--json', '--instances', '2'];
    const [first, second] = [await cli(args), await cli(args)];
    expect(first.stdout).toBe(second.stdout);
    expect(JSON.parse(first.stdout)).toMatchObject({ reports: [{ name: 'eager' }, { name: 'patient' }] });
  });

  it('should print no control character as it is, also in JSON', async () => {
    const name = 'a\u007f\u009b31m\u0085\u001b[31m\u202e';
    const line = JSON.stringify({ name, type: 'failure', timestamp: 5, duration: 1 });
    const config = writeConfig(`export const contenders = { ${JSON.stringify(name)}: {} };`);
    const args = ['-', '--config', config, '--json'];
    const { stdout } = await cli(['simulate', ...args], { stdin: `${line}\n${name}\n${line.repeat(30)}`, isTTY: true });
    expect(stdout).toBe('');
    const lenient = await cli(['simulate', ...args, '--lenient'], { stdin: `${line}\n${name}` });
    expect(hasControls(lenient.stdout)).toBe(false);
    const { reports } = JSON.parse(lenient.stdout) as { reports: { name: string; warnings: string[] }[] };
    expect(reports[0]?.name).toBe(name);
    expect(reports[0]?.warnings.join()).toContain('1 of 2 lines');
  });

  it.each([
    ['world = { timeout: 0 }', 'world: timeout must be a number of ms above 0, or Infinity, got 0'],
    ['world = { timeOut: 5 }', 'world got an unknown option "timeOut"'],
    ['contenders = {}', 'contenders must be an object with at least one configuration'],
    ['contenders = { a: { maxProbes: 0 } }', 'maxProbes must be'],
    ['grid = { parameters: {} }', 'grid: build must be a function'],
    ['grid = { parameters: { a: [1] }, build: () => { throw new Error("boom"); } }', 'boom'],
    [
      'grid = { parameters: { a: [1] }, build: () => ({ tripper: () => { throw 5; } }) }',
      'the tripper of the contender',
    ],
    ['script = [{ duration: -1, rate: 1 }]', 'phases[0]: duration must be'],
  ])('should name the file of a configuration that exports %s', async (text, message) => {
    const file = writeConfig(`export const ${text};`);
    const command = text.startsWith('grid')
      ? ['recommend', calls]
      : ['simulate', ...(text.startsWith('script') ? ['--script'] : [calls])];
    const { code, stdout, stderr } = await cli([...command, '--config', file]);
    expect([code, stdout]).toStrictEqual([1, '']);
    expect(stderr.startsWith(`rxjs-fluxgate: ${file}: ${message}`), stderr).toBe(true);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it.each<[string, string, ...string[]]>([
    ['combined', '::1 - - [28/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 503 0 "-" "-" 0.250'],
    ['calls', '{"name":"a","type":"failure","timestamp":1250,"duration":250,"status":503}'],
    ['json', '{"t":5,"d":0.25,"c":503,"k":"a"}\n{"t":6,"d":1,"c":503,"k":"b"}', '--fields', FIELDS, '--only', 'key=a'],
    ['csv', 'k,c,d,t\na,503,0.25,5\nb,503,1,6', '--fields', FIELDS, '--only', 'key=a'],
    ['har', JSON.stringify({ log: { entries: [{ startedDateTime: '2026-11-28T10:00:00Z', time: 250, response }] } })],
    ['otlp', JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })],
  ])('should read --format %s', async (format, stdin, ...args) => {
    const { stdout } = await cli(['simulate', '-', '--json', '--format', format, ...args], { stdin });
    expect(JSON.parse(stdout)).toMatchObject({ reports: [{ asked: 1, met: 1, waited: { met: 250 } }] });
  });

  it('should use --fields without --format where the recognised format takes them', async () => {
    const asked = async (stdin: string, fields: string) => {
      const { stdout, stderr } = await cli(['simulate', '-', '--json', '--fields', fields], { stdin });
      return stderr || (JSON.parse(stdout) as { reports: { asked: number; waited: object }[] }).reports[0];
    };
    const failed = { asked: 1, waited: { met: 250 } };
    const fields = 'time=t,duration=d:s,status=c';
    expect(await asked('{"t":5,"d":0.25,"c":503}\n', fields)).toMatchObject(failed);
    expect(await asked('{"t":5,"d":0.25,"c":503,"timestamp":"x"}\n', fields)).toMatchObject(failed);
    expect(await asked('c,d,t\n503,0.25,5\n', fields)).toMatchObject(failed);
    expect(await asked('t\n5\n', 'time=t')).toMatchObject({ asked: 1 });
    expect(await asked('c,d\n503,0.25\n', fields)).toContain(
      'line 1: the column "t" for the time is missing, got c, d',
    );
    expect(await asked(LINES[0]!, fields)).toContain(
      'the format is recognised as callLines(), which takes no fields; jsonLines() and csv() do',
    );
    expect(await asked('a [] "b', fields)).toContain('the format is not recognised');
  });

  it('should write a page and a chart', async () => {
    const { code } = await cli(['simulate', calls, '--html', `${folder}/a.html`, '--svg', `${folder}/a.svg`]);
    expect(code).toBe(0);
    expect(readFileSync(`${folder}/a.html`, 'utf8')).toMatch(/^<!doctype html>/);
    expect(readFileSync(`${folder}/a.svg`, 'utf8')).toMatch(/^<svg/);
  });

  it('should show progress and colours on a terminal alone', async () => {
    const { stdout, stderr } = await cli(['simulate', calls], { isTTY: true });
    expect(stderr).toContain('600 lines');
    expect(stderr.endsWith('\r\u001b[K')).toBe(true);
    expect(stdout).toContain('defaults');
  });

  it('should refuse what holds no call unless it is lenient', async () => {
    writeFileSync(`${folder}/half`, [...LINES, ...Array.from({ length: 600 }, () => '\u001b[31moops')].join('\n'));
    const refused = await cli(['simulate', `${folder}/half`]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(`${folder}/half: line 601: expected a line of callLine()`);
    expect(refused.stderr).toContain('600 of 1200 lines');
    expect(refused.stderr).not.toContain('\u001b');
    expect((await cli(['simulate', `${folder}/half`, '--lenient'])).code).toBe(0);
  });

  it.each<[string[], string]>([
    [[], 'a command is missing'],
    [['simulat', 'x'], 'there is no command "simulat"'],
    [['simulate'], 'a FILE is missing'],
    [['simulate', 'x', '--bogus'], "Unknown option '--bogus'"],
    [['simulate', 'nowhere.log'], 'nowhere.log: there is no such file'],
    [['simulate', '.'], '.: it is a folder'],
    [['simulate', 'x', '--timeout', 'soon'], '--timeout takes a time such as 500ms or 2s, got "soon"'],
    [['simulate', 'x', '--instances', '0'], '--instances takes an integer of at least 1, got "0"'],
    [['simulate', 'x', '--from', 'monday'], '--from takes an ISO 8601 time, got "monday"'],
    [['simulate', 'x', '--only', 'payments'], '--only takes key=…'],
    [['simulate', 'x', '--format', 'xml'], '--format takes combined, calls, json, csv, har, otlp, got "xml"'],
    [
      ['simulate', 'x', '--format', 'har', '--fields', 'time=a'],
      '--fields needs --format json or --format csv, or none',
    ],
    ...[
      ['--from', '2026-11-28'],
      ['--to', '2026-11-28'],
      ['--only', 'key=a'],
      ['--format', 'csv'],
      ['--fields', 'time=a'],
      ['--lenient'],
    ].map((option): [string[], string] => [
      ['simulate', '--script', '--config', CONFIG, ...option],
      `${option[0]!} is about a FILE, and --script takes the place of one`,
    ]),
    [
      ['simulate', 'x', '--format', 'csv', '--fields', 'tim=a'],
      '--fields takes time=…,duration=…,status=…,key=…, got "tim=a"',
    ],
    [['simulate', 'x', '--limit', 'lost=1%'], '--limit belongs to recommend'],
    [['simulate', '--script'], '--script needs --config'],
    [['simulate', 'x', '--config', 'nowhere.mjs'], 'nowhere.mjs'],
    [['recommend', 'x'], 'recommend needs --config'],
    [['recommend', 'x', '--config', CONFIG, '--limit', 'opened=fast'], '--limit opened takes a time'],
    [['recommend', 'x', '--config', CONFIG, '--limit', 'opened=-1'], '--limit opened takes a time'],
    [['simulate', 'x', '--timeout', '0'], '--timeout takes a time such as 500ms or 2s, got "0"'],
    [['recommend', 'x', '--config', CONFIG, '--limit', 'lost=2'], '--limit lost takes a share such as 0.1% or 0.001'],
    [['recommend', 'x', '--config', CONFIG, '--limit', 'speed=2'], '--limit takes opened=…,lost=…,missed=…,alarms=…'],
  ])('should refuse %j with one message and nothing on standard output', async (args, message) => {
    const { code, stdout, stderr } = await cli(args);
    expect([code, stdout]).toStrictEqual([1, '']);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^rxjs-fluxgate: /);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('should refuse a configuration that exports nothing that is known, or not what is played', async () => {
    const other = writeConfig('export const other = 1;');
    expect(await cli(['simulate', calls, '--config', other])).toStrictEqual({
      code: 1,
      stdout: '',
      stderr: `rxjs-fluxgate: ${other}: a configuration exports one at least of contenders, grid, script, world\n`,
    });
    const world = writeConfig('export const world = {};');
    expect((await cli(['simulate', '--script', '--config', world])).stderr).toBe(
      `rxjs-fluxgate: ${world}: --script needs an exported script\n`,
    );
    expect((await cli(['recommend', calls, '--config', world])).stderr).toBe(
      `rxjs-fluxgate: ${world}: recommend needs an exported grid\n`,
    );
  });

  it('should refuse a .gz that is none', async () => {
    writeFileSync(`${folder}/broken.gz`, LINES.join('\n'));
    expect(await cli(['simulate', `${folder}/broken.gz`])).toStrictEqual({
      code: 1,
      stdout: '',
      stderr: `rxjs-fluxgate: ${folder}/broken.gz: incorrect header check\n`,
    });
  });

  it('should not obey the control characters of a file name', async () => {
    expect((await cli(['simulate', 'x\u001b[31m.log'])).stderr).toContain('x\\x1b[31m.log');
    const hostile = `${folder}/h\u001b[31m.jsonl`;
    writeFileSync(hostile, LINES.join('\n'));
    const { code, stdout, stderr } = await cli(['simulate', hostile, hostile], { isTTY: true });
    expect([code, stderr.includes('600 lines')]).toStrictEqual([0, true]);
    expect(stdout + stderr).not.toContain('\u001b[31m');
  });

  it('should print its usage when asked', async () => {
    const { code, stdout } = await cli(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('rxjs-fluxgate simulate FILE…');
  });
});

describe('rxjs-fluxgate recommend', () => {
  it('should print the front, and the last recommendation as JSON', async () => {
    const { code, stdout } = await cli(['recommend', calls, '--config', CONFIG]);
    expect(code).toBe(0);
    expect(stdout).toContain('3 of 3 configurations tried');
    expect(stdout).toMatch(/^ \* streak 2 +\d/m);
    const json = await cli(['recommend', calls, '--config', CONFIG, '--json', '--html', `${folder}/r.html`]);
    expect(JSON.parse(json.stdout)).toMatchObject({ done: 3, total: 3, best: { values: { streak: 2 } } });
    expect(readFileSync(`${folder}/r.html`, 'utf8')).toContain('Recommended');
  });

  it('should print the same JSON in two runs', async () => {
    const args = ['recommend', calls, '--config', CONFIG, '--json'];
    const [first, second] = [await cli(args), await cli(args)];
    expect(first.stdout).toBe(second.stdout);
  });

  it.each<[string, number[]]>([
    ['lost=5%', [5]],
    ['lost=0.1%', []],
    ['lost=0.1%,missed=1', [500]],
    ['lost=5%,alarms=1', [5, 2]],
    ['lost=0.05,alarms=1,opened=200ms', [2]],
    ['opened=0', []],
  ])('should keep --limit %s', async (limit, streaks) => {
    const stdin = Array.from({ length: 900 }, (_, i) => {
      const type = (i >= 300 && i < 600) || i === 50 || i === 51 ? 'failure' : 'success';
      return JSON.stringify({ type, duration: 20, timestamp: i * 100 + 20.5 });
    }).join('\n');
    const { stdout } = await cli(['recommend', '-', '--config', CONFIG, '--json', '--limit', limit], { stdin });
    const { front } = JSON.parse(stdout) as { front: { values: { streak: number } }[] };
    expect(front.map(({ values }) => values.streak)).toStrictEqual(streaks);
  });

  it('should not obey the control characters of parameters', async () => {
    const config = writeConfig(
      `export const grid = { parameters: { 'a\\u001b[31m': [2, 'x\\u009b'], b: ['y\\u0007'] }, build: () => ({}) };`,
    );
    for (const more of [[], ['--limit', 'opened=0'], ['--json']]) {
      const { code, stdout } = await cli(['recommend', calls, '--config', config, ...more]);
      expect([code, hasControls(stdout)]).toStrictEqual([0, false]);
      expect(stdout).toContain('y\\');
    }
  });

  it('should be no error if none keeps the limits', async () => {
    const { code, stdout } = await cli(['recommend', calls, '--config', CONFIG, '--limit', 'opened=1ms']);
    expect(code).toBe(0);
    expect(stdout).toContain('None keeps the limits; this one breaks them: it stays closed in an outage.');
  });
});
