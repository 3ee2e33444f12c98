/** A length of time for people, in the unit that fits, rounded down. */
export function duration(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1_000);
  if (seconds < 60) return `${String(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min ${String(seconds % 60).padStart(2, '0')} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${String(hours)} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${String(Math.floor(hours / 24))} days`;
}

/** The time until then, rounded up: it ends with 1 s, not with 0. */
export function countdown(ms: number): string {
  return ms <= 0 ? 'due' : `in ${duration(Math.ceil(ms / 1_000) * 1_000)}`;
}

export function milliseconds(ms: number | null): string {
  if (ms === null) return '–';
  return ms < 10_000 ? `${count(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

const counts = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

export function count(value: number): string {
  return counts.format(value);
}

export function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  const rounded = Math.round((100 * part) / whole);
  // A few are not none, and most are not all.
  if (rounded === 0 && part > 0) return '<1 %';
  if (rounded === 100 && part < whole) return '>99 %';
  return `${String(rounded)} %`;
}

const times = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

export function timeOfDay(ms: number): string {
  return times.format(ms);
}

/** The name of a circuit, also if that is empty. */
export function toName(key: string): string {
  return key.trim() === '' ? '(no name)' : key;
}

export function plural(many: number, one: string): string {
  return `${count(many)} ${one}${many === 1 ? '' : 's'}`;
}
