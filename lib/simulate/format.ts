import { maxOf, minOf } from './extremes.ts';

// Numbers for people; never by the machine's locale, so that two machines print the same.

export function formatCount(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/gu, ',');
}

export function formatPercent(ratio: number): string {
  const percent = ratio * 100;
  return `${percent !== 0 && percent < 0.1 ? '< 0.1' : percent.toFixed(1)} %`;
}

/** A duration in the unit that reads best. */
export function formatDuration(ms: number): string {
  if (ms === Infinity) return 'endless';
  if (ms < 1_000) return `${trim(ms)} ms`;
  if (ms < 120_000) return `${trim(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${trim(ms / 60_000)} min`;
  return `${trim(ms / 3_600_000)} h`;
}

/** Several durations in one cell: `6.1 s, 7.4 s, never ×2`. */
export function formatTimes(times: readonly (number | undefined)[]): string {
  const known = times.filter((time) => time !== undefined);
  const never = times.length - known.length;
  const parts =
    known.length > 3
      ? [`${formatDuration(minOf(known))} to ${formatDuration(maxOf(known))} ×${String(known.length)}`]
      : known.map(formatDuration);
  if (never) parts.push(never === 1 ? 'never' : `never ×${String(never)}`);
  return parts.join(', ') || '-';
}

function trim(value: number): string {
  if (value >= 100) return formatCount(value);
  return String(Number(value.toFixed(1)));
}
