// Durations and points in time as people type them: `90s`, `15m`, `1h`, `2d`; `18:00`, `2026-12-24`, `2026-12-24T18:00`.
import { wrongUsage } from '../exit-codes.ts';

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
  w: 604_800_000,
};
const LONGEST_MS = 10 * 366 * 86_400_000;

/** Milliseconds of `90s`, `15m`, `1h30m`, `2d`. Throws wrong usage for anything else. */
export function parseDuration(text: string, option: string): number {
  const parts = [...text.matchAll(/(\d{1,9}) ?([a-z]+)/g)];
  const units = parts.map((part) => Number(part[1]) * (UNITS_MS[part[2] ?? ''] ?? Number.NaN));
  const totalMs = units.reduce((sum, ms) => sum + ms, 0);
  const isWhole = parts.map((part) => part[0]).join('') === text && parts.length > 0;
  if (!isWhole || !(totalMs > 0) || totalMs > LONGEST_MS)
    throw wrongUsage(
      `${option}: cannot read "${text}" as a duration.`,
      'Write for example 90s, 15m, 1h, 1h30m or 2d.',
    );
  return totalMs;
}

/** Milliseconds since 1970 of a local clock time (the next such), a date or a date with time. Throws wrong usage. */
export function parseMoment(text: string, option: string, nowMs: number): number {
  const clock = /^(\d{1,2}):(\d{2})$/.exec(text);
  const moment = clock === null ? dateMs(text) : nextClockMs(Number(clock[1]), Number(clock[2]), nowMs);
  if (Number.isNaN(moment))
    throw wrongUsage(
      `${option}: cannot read "${text}" as a time.`,
      'Write for example 18:00, 2026-12-24 or 2026-12-24T18:00 (local time).',
    );
  return moment;
}

function dateMs(text: string): number {
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?$/.test(text)) return Number.NaN;
  // A date alone would be read as UTC; with a time it is local, as people mean it.
  const withTime = text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T');
  const ms = new Date(withTime).getTime();
  // The engine turns 30 February into 2 March.
  return new Date(ms).getDate() === Number(text.slice(8, 10)) ? ms : Number.NaN;
}

function nextClockMs(hours: number, minutes: number, nowMs: number): number {
  if (hours > 23 || minutes > 59) return Number.NaN;
  const moment = new Date(nowMs);
  moment.setHours(hours, minutes, 0, 0);
  if (moment.getTime() <= nowMs) moment.setDate(moment.getDate() + 1);
  return moment.getTime();
}

/** A moment in the past: `2h` (ago), or what parseMoment reads, with a clock time taken as the last such. */
export function parseSince(text: string, option: string, nowMs: number): number {
  if (/^\d+ ?[a-z]/.test(text)) return nowMs - parseDuration(text, option);
  const moment = parseMoment(text, option, nowMs);
  return /^\d{1,2}:\d{2}$/.test(text) ? previousDay(moment) : moment;
}

function previousDay(ms: number): number {
  const moment = new Date(ms);
  moment.setDate(moment.getDate() - 1);
  return moment.getTime();
}
