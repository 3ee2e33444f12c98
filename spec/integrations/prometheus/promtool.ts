import { spawnSync } from 'node:child_process';

/** Runs promtool, and throws its output if it fails. */
export function promtool(args: readonly string[], input = ''): string {
  const { error, status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  if (error) throw new Error('promtool could not be run; .ci/install-prometheus installs it', { cause: error });
  if (status !== 0) throw new Error(`promtool ${args.join(' ')} ended with ${String(status)}:\n${stdout}${stderr}`);
  return stdout + stderr;
}
