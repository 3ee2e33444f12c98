/** Milliseconds since 1970 of a moment in UTC; by arithmetic, since a library that lives on scheduler time asks no clock. */
export function toEpoch(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number {
  // Days from a civil date: years begin in March, so that the leap day comes last.
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  const days = era * 146_097 + dayOfEra - 719_468;
  return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1_000;
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?$/iu;

/** `2026-11-28T10:00:00.250Z` without its fraction, of the last such time: the lines of a busy log share it. */
let lastSecond = 'none';
let lastEpoch = NaN;

const POINT = 46;
const ZULU = 90;

/** An ISO 8601 time in ms since 1970, in UTC if it names no zone; NaN if it is none. */
export function parseIso(text: string): number {
  // The one that all loggers of JavaScript write.
  if (text.length === 24 && text.charCodeAt(23) === ZULU && text.charCodeAt(19) === POINT) {
    const fraction = toThousandths(text);
    if (!Number.isNaN(fraction)) {
      if (!text.startsWith(lastSecond)) {
        lastSecond = text.slice(0, 19);
        lastEpoch = parseAny(`${lastSecond}Z`);
      }
      return lastEpoch + fraction;
    }
  }
  return parseAny(text);
}

function toThousandths(text: string): number {
  let value = 0;
  for (let i = 20; i < 23; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

function parseAny(text: string): number {
  const match = ISO.exec(text);
  if (!match) return NaN;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  if (!isDate(+year!, +month!, +day!, +hour, +minute, +second)) return NaN;
  const ms = fraction === '' ? 0 : Number(`0.${fraction}`) * 1_000;
  return toEpoch(+year!, +month!, +day!, +hour, +minute, +second) + ms - parseZone(zone);
}

/** Whether there is such a moment, by the calendar; a second of 60 is a leap second, and 24:00:00 the end of a day. */
export function isDate(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): boolean {
  if (!(month >= 1 && month <= 12 && day >= 1 && minute <= 59 && second <= 60)) return false;
  if (hour > 23 && !(hour === 24 && minute === 0 && second === 0)) return false;
  // Most days of most logs.
  return (
    day <= 28 ||
    toEpoch(year, month, day, 0, 0, 0) < toEpoch(year + (month === 12 ? 1 : 0), (month % 12) + 1, 1, 0, 0, 0)
  );
}

/** A zone such as `+0130` or `+01:30` in ms. */
export function parseZone(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0;
  const digits = zone.replace(':', '');
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5) || '0');
  return (digits.startsWith('-') ? -minutes : minutes) * 60_000;
}
