import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A folder into which packages are installed from the registry or a tarball. */
export async function project(folder: string, packages: readonly string[]): Promise<void> {
  await mkdir(folder);
  await writeFile(`${folder}/package.json`, JSON.stringify({ private: true, type: 'module' }));
  await execute('npm', ['install', '--silent', '--no-audit', '--no-fund', ...packages], { cwd: folder });
}

export interface Ran {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a program to its end in a folder. */
export async function run(folder: string, program: string, ...args: readonly string[]): Promise<Ran> {
  try {
    const { stdout, stderr } = await execute(program, [...args], { cwd: folder, timeout: 300_000 });
    return { ok: true, output: (stdout + stderr).trim() };
  } catch (failure) {
    const { message, stdout = '', stderr = '' } = failure as Error & { stdout?: string; stderr?: string };
    return { ok: false, output: (stdout + stderr).trim() || message };
  }
}
