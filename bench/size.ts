import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

/** What `npm run size` prints. */
export interface Size {
  readonly name: string;
  readonly bytes: number;
}

export const CORE = 'CircuitBreaker and circuitBreaker';

/** Asks size-limit, so that there is one way to weigh the package. */
export function measureSizes(): readonly Size[] {
  const bin = createRequire(import.meta.url)
    .resolve('size-limit/package.json')
    .replace(/package\.json$/, 'bin.js');
  const answer = JSON.parse(ask(bin)) as { name: string; size: number }[];
  return answer.map(({ name, size }) => ({ name, bytes: size }));
}

function ask(bin: string): string {
  try {
    return execFileSync(process.execPath, [bin, '--json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    // It exits with 1 when a limit does not hold, and has answered all the same.
    const { stdout } = error as { stdout?: string };
    if (stdout) return stdout;
    throw error;
  }
}
