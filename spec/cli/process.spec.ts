import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../lib/cli/load-config.ts';

const MAIN = fileURLToPath(new URL('../../lib/cli/main.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');
const FIXTURES = fileURLToPath(new URL('fixtures', import.meta.url));

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(`${tmpdir()}/fluxgate-`);
  const lines = Array.from({ length: 2_000 }, (_, i) =>
    JSON.stringify({ name: 'a', type: i % 9 ? 'success' : 'failure', timestamp: i * 100, duration: 20 }),
  );
  writeFileSync(`${folder}/calls.jsonl`, lines.join('\n'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command in a pipe of a shell; the exit code comes from the command. */
async function pipe(args: string, reader: string): Promise<{ stdout: string; stderr: string }> {
  const command = `"${process.execPath}" --import "${TSX}" "${MAIN}" ${args} | ${reader}; echo "exit code \${PIPESTATUS[0]}"`;
  return promisify(execFile)('bash', ['-c', command], { cwd: folder });
}

describe('rxjs-fluxgate as a process', () => {
  it('should end quietly when its reader has enough', async () => {
    const { stdout, stderr } = await pipe('simulate calls.jsonl --json', 'head -c 1');
    expect(stdout).toBe('{exit code 0\n');
    expect(stderr).toBe('');
  });

  it('should write all of its output into a pipe', async () => {
    const { stdout } = await pipe('simulate calls.jsonl --json', 'tail -c 2');
    expect(stdout).toBe('}\nexit code 0\n');
  });

  it('should exit with 1 after one message', async () => {
    const { stdout, stderr } = await pipe('simulate nowhere.log', 'cat');
    expect(stdout).toBe('exit code 1\n');
    expect(stderr).toBe('rxjs-fluxgate: nowhere.log: there is no such file\n');
  });
});

describe('a configuration whose retry fails', () => {
  it.each([
    ['throws', `throw new Error('boom')`, 'boom'],
    [
      'returns a promise',
      'return Promise.resolve()',
      'a simulation has no real time, so a retry must not return a promise',
    ],
  ])('should lead to one message if it %s', async (_, body, reason) => {
    const config = `export const contenders = { a: { tripper: () => true, retry: () => { ${body} } } };
      export const script = [{ duration: 1_000, rate: 10, failureRate: 1 }];`;
    writeFileSync(`${folder}/failing.mjs`, config);
    const { stdout, stderr } = await pipe('simulate --script --config failing.mjs', 'cat');
    expect(stdout).toBe('exit code 1\n');
    expect(stderr).toBe(
      `rxjs-fluxgate: failing.mjs: the retry of the contender threw, for call 1, at 0 ms: ${reason}\n`,
    );
  });
});

describe('a configuration in TypeScript', () => {
  it('should be loaded, by Node itself or by jiti', async () => {
    const { contenders } = await loadConfig(`${FIXTURES}/breakers.ts`);
    expect(Object.keys(contenders!)).toStrictEqual(['typed']);
  });

  it('should name its file if it throws', async () => {
    await expect(loadConfig(`${FIXTURES}/broken.ts`)).rejects.toThrow(/broken\.ts: this configuration does not load$/u);
  });
});
