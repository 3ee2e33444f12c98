import type { Limit } from './limits.ts';
import type { Machine } from './machine.ts';
import type { Memory } from './memory.ts';
import type { Pace, Table } from './rounds.ts';
import type { Size } from './size.ts';

/** All that a run of the benchmark found, as `results.json` keeps it. */
export interface Results {
  readonly date: string;
  readonly command: string;
  readonly machine: Machine;
  /** By the name of the package. */
  readonly versions: Readonly<Record<string, string>>;
  readonly pace: Pace;
  readonly limits: readonly Limit[];
  readonly tables: readonly Table[];
  readonly memory: Memory;
  readonly sizes: readonly Size[];
}
