import * as z from 'zod';
import { isOneLine, ONE_LINE } from './one-line.ts';

/** A time of day, 24 hours. */
export const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 22:00');

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const TimeZone = z
  .string()
  .max(64)
  .refine(isOneLine, ONE_LINE)
  .refine(isTimeZone, 'must be a time zone such as Europe/Berlin');
