import { firstFrom, type Traffic } from './traffic.ts';

/** Several records as one, in the order of time. */
export function mergeTraffic(all: readonly Traffic[]): Traffic {
  const [only] = all;
  if (only && all.length === 1) return only;
  const length = all.reduce((sum, { at }) => sum + at.length, 0);
  const at = new Float64Array(length);
  const duration = new Float64Array(length);
  const status = new Uint16Array(length);
  const from = new Uint32Array(length);
  const index = new Uint32Array(length);
  const next = all.map(() => 0);
  for (let i = 0; i < length; i++) {
    let soonest = -1;
    for (let k = 0; k < all.length; k++) {
      const time = all[k]!.at[next[k]!];
      if (time !== undefined && (soonest < 0 || time < all[soonest]!.at[next[soonest]!]!)) soonest = k;
    }
    const source = all[soonest]!;
    const j = next[soonest]!++;
    at[i] = source.at[j]!;
    duration[i] = source.duration[j]!;
    status[i] = source.status[j]!;
    from[i] = soonest;
    index[i] = j;
  }
  const key = (i: number): string => all[from[i]!]?.key?.(index[i]!) ?? '';
  return {
    at,
    duration,
    status,
    ...(all.some((traffic) => traffic.key) ? { key } : {}),
    skipped: all.reduce((sum, { skipped = 0 }) => sum + skipped, 0),
    notes: all.flatMap(({ notes }) => notes),
  };
}

/** The calls from `from` to before `to`, and of one key. */
export function filterTraffic(traffic: Traffic, from: number, to: number, only: string | undefined): Traffic {
  if (from === -Infinity && to === Infinity && only === undefined) return traffic;
  const { at, duration, status, key } = traffic;
  const kept: number[] = [];
  const end = firstFrom(at, to);
  for (let i = firstFrom(at, from); i < end; i++) if (only === undefined || key?.(i) === only) kept.push(i);
  return {
    at: Float64Array.from(kept, (i) => at[i]!),
    duration: Float64Array.from(kept, (i) => duration[i]!),
    status: Uint16Array.from(kept, (i) => status[i]!),
    ...(key ? { key: (i: number) => key(kept[i]!) } : {}),
    ...(traffic.skipped === undefined ? {} : { skipped: traffic.skipped }),
    notes: traffic.notes,
  };
}
