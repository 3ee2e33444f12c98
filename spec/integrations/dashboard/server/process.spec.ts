import { expect, it } from 'vitest';
import { run } from '../../../process/run.ts';

it('a dashboard keeps no Node process alive', { timeout: 20_000 }, async () => {
  expect(await run('dashboard')).toMatchObject({ code: 0, lines: ['open'] });
});
