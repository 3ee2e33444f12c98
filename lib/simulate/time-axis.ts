import { formatDuration } from './format.ts';

/** Times from the year 2000 on are taken for ms since 1970, smaller ones for those of a script. */
const EPOCH = 946_684_800_000;

const DAY = 86_400_000;

const STEPS = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  1_000,
  2_000,
  5_000,
  10_000,
  15_000,
  30_000,
  60_000,
  120_000,
  300_000,
  600_000,
  900_000,
  1_800_000,
  3_600_000,
  7_200_000,
  10_800_000,
  21_600_000,
  43_200_000,
  DAY,
  2 * DAY,
  7 * DAY,
  30 * DAY,
];

/** Round moments between two times, at most `most` of them, with their labels. */
export function toTicks(from: number, to: number, most: number): readonly { at: number; label: string }[] {
  const length = to - from;
  if (!(length > 0)) return [{ at: from, label: formatMoment(from) }];
  const step = STEPS.find((size) => length / size <= most) ?? length / most;
  // A script begins at 0, and a record at any time of a day.
  const origin = from >= EPOCH ? 0 : from;
  const ticks: { at: number; label: string }[] = [];
  for (let at = origin + Math.ceil((from - origin) / step) * step; at <= to; at += step) {
    ticks.push({ at, label: formatTick(at, from, step) });
  }
  return ticks;
}

function formatTick(at: number, from: number, step: number): string {
  if (from < EPOCH) return at === 0 ? '0' : formatDuration(at);
  if (step >= DAY) return formatDate(at);
  const time = formatTime(at);
  return step >= 60_000 ? time.slice(0, 5) : time;
}

/** A moment of a record as a date and time in UTC, one of a script as a duration. */
export function formatMoment(time: number): string {
  return time >= EPOCH ? `${formatDate(time)} ${formatTime(time)}` : formatDuration(time);
}

function formatTime(time: number): string {
  const seconds = Math.floor((time % DAY) / 1_000);
  return [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** The civil date of ms since 1970, by arithmetic. */
function formatDate(time: number): string {
  const days = Math.floor(time / DAY) + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year)}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
