import * as z from 'zod';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const AGO = /^(\d{1,4})\s*([hdw])$/;
const HOURS = { h: 1, d: 24, w: 168 } as const;

/** A day, a time, or how long ago: as people say when. */
export const Moment = z
  .string()
  .max(40)
  .refine(
    (text) => momentOf(text, new Date(0), 'begin') !== null,
    'is no day, time or span: 2026-11-28, 2026-11-28T09:00Z, 12h, 7d, 2w',
  )
  .describe('day or time (UTC), or how long ago: 12h, 7d, 2w');

/** As records have it, ISO 8601 in UTC with milliseconds: where a day begins or ends. Null for what says no time. */
export function momentOf(text: string, now: Date, side: 'begin' | 'end'): string | null {
  const given = text.trim();
  const [, count, unit] = AGO.exec(given) ?? [];
  if (count !== undefined) {
    return new Date(now.getTime() - Number(count) * HOURS[unit as keyof typeof HOURS] * 3_600_000).toISOString();
  }
  const isDay = DAY.test(given);
  if (!isDay && !/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(given)) return null;
  // A time without a zone is one in UTC.
  const zoned = isDay || /(?:Z|[+-]\d{2}:?\d{2})$/i.test(given) ? given : `${given}Z`;
  const at = Date.parse(zoned.replace(' ', 'T'));
  const year = new Date(at).getUTCFullYear();
  if (Number.isNaN(at) || year < 0 || year > 9999) return null;
  return new Date(isDay && side === 'end' ? at + 86_399_999 : at).toISOString();
}
