// Times and spans for people, in local time.

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `2 min 5 s`, `1 hour`, `3 days`: the largest unit and, below an hour, the one beneath it. */
export function spanText(spanMs: number): string {
  const ms = Math.max(0, spanMs);
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS)
    return twoUnits(ms, { large: MINUTE_MS, largeName: 'min', small: SECOND_MS, smallName: 's' });
  if (ms < DAY_MS) return hoursText(ms);
  return counted(Math.floor(ms / DAY_MS), 'day');
}

function hoursText(ms: number): string {
  const hours = counted(Math.floor(ms / HOUR_MS), 'hour');
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
  return minutes === 0 ? hours : `${hours} ${minutes} min`;
}

interface Units {
  readonly large: number;
  readonly largeName: string;
  readonly small: number;
  readonly smallName: string;
}

function twoUnits(ms: number, units: Units): string {
  const large = `${Math.floor(ms / units.large)} ${units.largeName}`;
  const small = Math.floor((ms % units.large) / units.small);
  return small === 0 ? large : `${large} ${small} ${units.smallName}`;
}

/** `1 rule`, `2 rules`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `2026-11-22 18:00:05` in local time; `never` for 0. */
export function dateTimeText(ms: number): string {
  if (ms === 0) return 'never';
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return 'an unreadable time';
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${clockText(ms)}`;
}

/** `18:00:05` in local time. */
export function clockText(ms: number): string {
  const date = new Date(ms);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `18:00` for a time within a day from now, otherwise with its date. */
export function untilText(ms: number, nowMs: number): string {
  return ms - nowMs < DAY_MS ? clockText(ms).slice(0, 5) : dateTimeText(ms).slice(0, 16);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
