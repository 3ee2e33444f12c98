import type { PermitConfig } from './config.ts';
import type { Epoch } from './epoch.ts';

/** What the permit returns for a call that asks to be a probe. */
export function permits(
  config: PermitConfig,
  { changedAt, admitted, denied }: Epoch,
  now: number,
  random: () => number,
) {
  if (config.kind === 'all') return true;
  if (config.kind === 'random') return random() < config.ratio;
  const { initial, final, duration } = config;
  const elapsed = now - changedAt;
  const ratio = elapsed < duration ? initial + (final - initial) * (elapsed / duration) : final;
  return admitted / (admitted + denied + 1) < ratio;
}
