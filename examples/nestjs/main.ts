// An application of NestJS through an outage of its upstream, in three seconds: `npx tsx examples/nestjs/main.ts`.
// Ends by itself; exits with 1 if clients get anything else than the comments promise.
import { deepStrictEqual, strictEqual } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { CircuitBreakerHealth } from 'rxjs-fluxgate/nestjs';
import { AppModule } from './app.module.ts';
import { Upstream } from './upstream.ts';

const upstream = await Upstream.start();
process.env['UPSTREAM_URL'] = upstream.url;
const app = await NestFactory.create(AppModule, { logger: false });
await app.listen(0, '127.0.0.1');
const url = await app.getUrl();

try {
  console.log('The upstream works.');
  deepStrictEqual(await get('/stock/1'), { status: 200, retryAfter: null });
  deepStrictEqual(await get('/price/1'), { status: 200, retryAfter: null });

  console.log('It fails: the third failure in a row opens a circuit.');
  upstream.failing = true;
  for (const path of ['/stock/1', '/price/1']) {
    for (let i = 0; i < 3; i++) strictEqual((await get(path)).status, 500);
  }

  console.log('While the circuits are open, the upstream is spared.');
  const { requests } = upstream;
  // The guarded handler sends Retry-After, the guarded call has a fallback.
  const { status, retryAfter } = await get('/stock/1');
  deepStrictEqual([status, Number(retryAfter) > 0], [503, true]);
  deepStrictEqual(await get('/price/1'), { status: 200, retryAfter: null });
  strictEqual(upstream.requests, requests);
  deepStrictEqual(await health(), { status: 'up', stock: 'open', prices: 'open' });

  console.log('It is back, and when the circuits have cooled down, so are we.');
  upstream.failing = false;
  await sleep(2_100);
  deepStrictEqual(await get('/stock/1'), { status: 200, retryAfter: null });
  deepStrictEqual(await get('/price/1'), { status: 200, retryAfter: null });
  deepStrictEqual(await health(), { status: 'up', stock: 'closed', prices: 'closed' });
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await app.close();
  upstream.stop();
}

async function get(path: string): Promise<{ status: number; retryAfter: string | null }> {
  const response = await fetch(url + path);
  const answer = { status: response.status, retryAfter: response.headers.get('retry-after') };
  const after = answer.retryAfter === null ? '' : `, Retry-After: ${answer.retryAfter}`;
  console.log(`  GET ${path} → ${String(answer.status)}${after} ${await response.text()}`);
  return answer;
}

async function health(): Promise<unknown> {
  const response = await fetch(`${url}/health`);
  const { details } = (await response.json()) as { details: { circuits: CircuitBreakerHealth[string] } };
  const { status, circuits } = details.circuits;
  return { status, ...Object.fromEntries(Object.entries(circuits).map(([name, { state }]) => [name, state])) };
}
