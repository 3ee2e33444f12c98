import { describe, it } from 'vitest';
import { run } from './run.ts';

const MIB = 2 ** 20;

async function measure(fixture: string): Promise<unknown[]> {
  const { lines, complaints } = await run(fixture, ['--expose-gc'], 110_000);
  if (complaints) throw new Error(complaints);
  return lines.map((line) => JSON.parse(line) as unknown);
}

describe.concurrent('nothing is kept of what is over', { timeout: 120_000 }, () => {
  it('a million calls of all kinds, with probes, watchers and openings among them, take less than 1 MiB', async ({
    expect,
  }) => {
    const [heap, left] = (await measure('leaking-calls')) as [{ grown: number }, unknown];
    expect(left).toStrictEqual({ timers: 0, notified: false });
    expect(heap.grown).toBeLessThan(MIB);
  });

  it('a hundred thousand breakers that are no longer referenced, and what finished calls were made of', async ({
    expect,
  }) => {
    const [left, heap] = (await measure('leaking-breakers')) as [Record<string, [number, number]>, { grown: number }];
    expect(Object.keys(left)).toHaveLength(14);
    for (const [kind, [alive, of]] of Object.entries(left)) {
      expect.soft(alive, `${kind}: alive`).toBe(0);
      expect.soft(of, `${kind}: looked at`).toBeGreaterThanOrEqual(100);
    }
    expect(heap.grown).toBeLessThan(MIB);
  });
});
