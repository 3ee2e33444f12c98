// The dashboard at work: five dependencies that fail in different ways, and the page on localhost. Runs until Ctrl-C, or
// for `--seconds N`. The port is 4000, or the environment variable PORT, or any if that is taken.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { fromEvent, merge, NEVER, takeUntil, timer } from 'rxjs';
import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
import { dashboard } from 'rxjs-fluxgate/dashboard';
import { DEPENDENCIES } from './dependencies.ts';
import { traffic } from './traffic.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string' } } });

const registry = new CircuitBreakerRegistry(
  (name) => DEPENDENCIES.find((dependency) => dependency.name === name)?.breaker ?? {},
);
const handler = dashboard(registry, {
  title: 'Five dependencies',
  // Any user of this computer may do everything, but no page of another site that has its own name lead here. Ask
  // for your own login instead.
  control: ({ headers }) => headers.host === `localhost:${String(port)}`,
});
const server = createServer(handler);
const port = await listen(server, Number(process.env['PORT'] ?? 4_000));

console.log(`The dashboard: http://localhost:${String(port)}/`);
for (const { name, text } of DEPENDENCIES) console.log(`  ${name.padEnd(8)} ${text}`);
console.log('Ctrl-C ends it.');

const end$ = merge(
  fromEvent(process, 'SIGINT'),
  fromEvent(process, 'SIGTERM'),
  values.seconds === undefined ? NEVER : timer(Number(values.seconds) * 1_000),
);
merge(...DEPENDENCIES.map((dependency) => traffic(dependency, registry.get(dependency.name))))
  .pipe(takeUntil(end$))
  .subscribe({
    error: console.error,
    complete: () => {
      handler.dispose();
      server.close();
      registry.dispose();
    },
  });

/** Listens on this computer alone; on any free port if the one that is wanted is taken. */
async function listen(server: Server, wanted: number): Promise<number> {
  try {
    await once(server.listen(wanted, 'localhost'), 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    await once(server.listen(0, 'localhost'), 'listening');
  }
  return (server.address() as AddressInfo).port;
}
