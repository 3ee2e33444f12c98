import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Run {
  /** Null if it had to be stopped. */
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly complaints: string;
}

/** Runs a fixture in a process of its own, for as long as that lives by itself, at most `timeout` ms. */
export function run(fixture: string, flags: readonly string[] = [], timeout = 15_000): Promise<Run> {
  const file = fileURLToPath(new URL(`fixtures/${fixture}.ts`, import.meta.url));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [...flags, '--import', 'tsx', file], { timeout }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, lines: stdout.split('\n').filter(Boolean), complaints: stderr }),
    );
  });
}
