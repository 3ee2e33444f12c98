/**
 * Pastes the first example of the README into a fresh project that has the packed tarball, in front of a real server:
 * it must stay closed on 404s, open on ten 503s, fall back, and recover. use-first-example.ts TARBALL FOLDER
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { docExamples } from '../docs/doc-examples.ts';

const [tarball, folder] = process.argv.slice(2).map((path) => resolve(path));
if (!tarball || !folder) throw new Error('use-first-example.ts TARBALL FOLDER');

const [example] = docExamples(fileURLToPath(new URL('../..', import.meta.url)));
const URL_IN_EXAMPLE = "'http://localhost:8080/stock/42'";
if (!example?.title.startsWith('README') || !example.code.includes(URL_IN_EXAMPLE)) {
  throw new Error(`The first example of the README does not ask ${URL_IN_EXAMPLE}`);
}

const BEFORE = `
import { once } from 'node:events';
import { createServer } from 'node:http';
let status = 404;
let requests = 0;
const server = createServer((_request, response) => {
  requests++;
  response.writeHead(status).end('42');
}).listen(0, '127.0.0.1');
await once(server, 'listening');
`;

const AFTER = `
import { deepStrictEqual } from 'node:assert';
import { filter, firstValueFrom } from 'rxjs';
const ask = (count) =>
  Array.from({ length: count }).reduce(
    async (before) => [...(await before), await firstValueFrom(amount$).catch((error) => error.message)],
    Promise.resolve([]),
  );
stock.reset();

deepStrictEqual([...new Set(await ask(10)), stock.state], ['HTTP status 404', 'closed']);

status = 503;
requests = 0;
const amounts = await ask(10);
deepStrictEqual([amounts[0], amounts.at(-1), stock.state, requests], ['HTTP status 503', 'unknown', 'open', 5]);

status = 200;
await firstValueFrom(stock.state$.pipe(filter((state) => state === 'half_open')));
deepStrictEqual([await ask(3), stock.state], [[42, 42, 42], 'closed']);
server.close();
console.log('The first example of the README protects, falls back and recovers.');
`;

const project = `${folder}/first-example`;
mkdirSync(project);
writeFileSync(`${project}/package.json`, '{ "private": true, "type": "module" }');
execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', tarball, 'rxjs@7'], { cwd: project });
const address = '`http://127.0.0.1:${server.address().port}/stock/42`';
const code = BEFORE + example.code.replace(URL_IN_EXAMPLE, address) + AFTER;
writeFileSync(`${project}/main.js`, transformSync(code, { loader: 'ts', format: 'esm', target: 'es2022' }).code);
execFileSync('node', ['main.js'], { cwd: project, stdio: 'inherit', timeout: 60_000 });
