import { Moment, momentOf } from '../../contract/moment.ts';
import { AppError } from '../../errors.ts';
import { localTime } from '../core/local-time.ts';

/** Hours of the day as people name them; the night before belongs to no morning. */
const MORNING = 5;

/** "this morning" and "today" by the camera's clock; else a day, a time or how long ago. Throws VALIDATION_002. */
export function beginOf(text: string, timeZone: string, now: Date): string {
  const said = text
    .trim()
    .toLowerCase()
    .replace(/^since\s+/, '');
  const hours = /^(?:this )?morning$/.test(said) ? MORNING : /^today$/.test(said) ? 0 : null;
  if (hours !== null) return localHour(now, timeZone, hours).toISOString();
  if (/^yesterday$/.test(said)) return localHour(new Date(now.getTime() - 86_400_000), timeZone, 0).toISOString();
  const at = Moment.safeParse(said).success ? momentOf(said, now, 'begin') : null;
  if (at !== null) return at;
  throw new AppError('VALIDATION_002', {
    message: '"since" says no time that is known.',
    advice: 'Say 12h, 7d, today, "this morning", a day or a time such as 2026-11-28T09:00Z.',
    details: { field: 'since' },
  });
}

/** The hour of that local day; its beginning, where the hour has not come yet. */
function localHour(day: Date, timeZone: string, hour: number): Date {
  const start = atMinute(new Date(day.getTime() - (day.getTime() % MINUTE)), timeZone, 0);
  const at = atMinute(new Date(start.getTime() + hour * 60 * MINUTE), timeZone, hour * 60);
  return at > day ? start : at;
}

const MINUTE = 60_000;

/** Of the same day; twice, as the clock may be changed between the one and the other. */
function atMinute(at: Date, timeZone: string, minute: number): Date {
  const { date } = localTime(at, timeZone);
  const first = new Date(at.getTime() - (localTime(at, timeZone).minute - minute) * MINUTE);
  const found = localTime(first, timeZone);
  const off = found.minute - minute + (found.date < date ? -1440 : found.date > date ? 1440 : 0);
  return new Date(first.getTime() - off * MINUTE);
}
