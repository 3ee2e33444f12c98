import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkTypes } from './check-types.ts';
import { run } from './project.ts';
import type { Report } from './report.ts';
import { runCommand, runFrameworks, runPrograms } from './run-programs.ts';
import { Tools } from './tools.ts';

// Uses the packed tarball with every version that it is for: see versions.ts. A line for each combination.

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'matrix-'));
const tally = { ok: 0, failed: 0 };

const report: Report = (combination, ok, output) => {
  tally[ok ? 'ok' : 'failed']++;
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${combination}`);
  if (!ok) console.log(output.replace(/^/gm, '        '));
};

try {
  const packed = await run(root, 'npm', 'pack', '--silent', '--pack-destination', folder);
  if (!packed.ok) throw new Error(`npm pack failed:\n${packed.output}`);
  const tarball = join(folder, /rxjs-fluxgate-\S+\.tgz/.exec(packed.output)![0]);
  const tools = await Tools.install(join(folder, 'tools'));
  await runPrograms(folder, tarball, tools, report);
  await runFrameworks(folder, tarball, tools, report);
  await runCommand(folder, tarball, tools, report);
  await checkTypes(folder, tarball, tools, report);
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`\n${String(tally.ok)} ok, ${String(tally.failed)} failed`);
if (tally.failed > 0) process.exitCode = 1;
