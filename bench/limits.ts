import { IDLE, type Memory } from './memory.ts';
import { ratioBetween } from './ratio-between.ts';
import type { Table } from './rounds.ts';
import { SEEING_LIMITS } from './seeing-limits.ts';
import { CORE, type Size } from './size.ts';
import { DEFAULTS, LOADED, LOADED_BY_COUNT, MAP } from './variants/guarded.ts';
import { COCKATIEL_REJECTED, OPOSSUM_REJECTED, REJECTED } from './variants/rejections.ts';
import { LARGE_WINDOW, SMALL_WINDOW } from './variants/windows.ts';

/** What the design promises itself, and how it came out. */
export interface Limit {
  readonly name: string;
  readonly unit: '×' | 'bytes' | 'timers';
  /** The most that holds. */
  readonly limit: number;
  readonly measured: number;
  readonly holds: boolean;
}

/** Two runs on a quiet machine differ by as much, so that "as fast as" cannot mean less. */
const AS_FAST = 1.15;

export function limitsOf(tables: readonly Table[], memory: Memory, sizes: readonly Size[]): readonly Limit[] {
  const ratio = (name: string, ours: string, theirs: string, limit: number): Limit =>
    limited(name, '×', ratioBetween(tables, ours, theirs), limit);
  const idle = memory.breakers.find(({ name }) => name === IDLE)?.bytes ?? NaN;
  const core = sizes.find(({ name }) => name === CORE);

  return [
    ratio('guarded `of(1)` with the defaults / `map`', DEFAULTS, MAP, 1.25),
    ratio('guarded `of(1)` with every component, `timeWindow` / `map`', LOADED, MAP, 1.35),
    ratio('guarded `of(1)` with every component, `countWindow` / `map`', LOADED_BY_COUNT, MAP, 1.35),
    ratio('rejection / opossum', REJECTED, OPOSSUM_REJECTED, 0.1),
    ratio('rejection / cockatiel', REJECTED, COCKATIEL_REJECTED, 0.1),
    ratio('recording in a window of 1,000,000 / of 100', LARGE_WINDOW, SMALL_WINDOW, AS_FAST),
    ...SEEING_LIMITS.map((limit) => ratio(...limit)),
    limited('an idle breaker', 'bytes', Math.round(idle), 920),
    limited('timers of an idle breaker', 'timers', memory.timers, 0),
    limited('the core, minified and gzipped', 'bytes', core?.bytes ?? NaN, 7_200),
  ];
}

function limited(name: string, unit: Limit['unit'], measured: number, limit: number): Limit {
  return { name, unit, limit, measured, holds: measured <= limit };
}
