import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Stops a process and returns once it has stopped: on a busy machine a signal comes late, and the process works on. */
export function freeze(process: ChildProcess): void {
  const stat = `/proc/${String(process.pid)}/stat`;
  process.kill('SIGSTOP');
  while (existsSync(stat) && !/\) [TZX] /.test(readFileSync(stat, 'utf8')));
}
