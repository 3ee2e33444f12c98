import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Grid } from '../simulate/grid.ts';
import type { Phase } from '../simulate/phase.ts';
import type { Contender, World } from '../simulate/world.ts';
import { CliError } from './usage.ts';

/** What a configuration exports, one of them at least. */
export interface Config {
  readonly contenders?: Readonly<Record<string, Contender>> | undefined;
  readonly grid?: Grid<Record<string, unknown>> | undefined;
  readonly script?: readonly Phase[] | undefined;
  readonly world?: World | undefined;
}

const NAMES = ['contenders', 'grid', 'script', 'world'] as const;

/** Imports a configuration, also in TypeScript: by Node itself from 22.18 on, below by the optional peer jiti. */
export async function loadConfig(file: string): Promise<Config> {
  const path = resolve(file);
  const module = await importFile(file, path);
  const given = (name: string): unknown => module[name] ?? (module['default'] as typeof module | undefined)?.[name];
  const config: Record<string, unknown> = Object.fromEntries(
    NAMES.map((name): [string, unknown] => [name, given(name)]).filter(([, value]) => value !== undefined),
  );
  if (Object.keys(config).length === 0) {
    throw new CliError(`${file}: a configuration exports one at least of ${NAMES.join(', ')}`);
  }
  for (const name of ['contenders', 'grid', 'world']) {
    if (config[name] !== undefined && (typeof config[name] !== 'object' || config[name] === null)) {
      throw new CliError(`${file}: ${name} must be an object`);
    }
  }
  if (config['script'] !== undefined && !Array.isArray(config['script'])) {
    throw new CliError(`${file}: script must be an array of phases`);
  }
  return config;
}

async function importFile(file: string, path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    if (!isUnknownExtension(error)) throw toConfigError(file, error);
  }
  const { createJiti } = await importJiti(file);
  try {
    return await createJiti(pathToFileURL(path).href).import(path);
  } catch (error) {
    throw toConfigError(file, error);
  }
}

/** Whether this Node cannot import TypeScript. */
function isUnknownExtension(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ERR_UNKNOWN_FILE_EXTENSION';
}

interface Jiti {
  createJiti: (from: string) => { import: (path: string) => Promise<Record<string, unknown>> };
}

async function importJiti(file: string): Promise<Jiti> {
  // A name that bundlers and the type checker leave alone: the package may not be there.
  const name = 'jiti';
  try {
    return (await import(/* @vite-ignore */ name)) as Jiti;
  } catch {
    throw new CliError(
      `${file}: this version of Node cannot read TypeScript; use Node 22.18 or later, install jiti (npm install -D jiti), ` +
        'or write the configuration in JavaScript (.mjs)',
    );
  }
}

function toConfigError(file: string, error: unknown): CliError {
  const message = error instanceof Error ? error.message : String(error);
  const isMissing =
    (error as { code?: unknown } | null)?.code === 'ERR_MODULE_NOT_FOUND' && message.includes(resolve(file));
  return new CliError(isMissing ? `${file}: there is no such file` : `${file}: ${message}`);
}
