import { DAYS, type Day } from '../../contract/timing.ts';

/** A moment as the clock and the calendar on the wall show it. */
export interface LocalTime {
  /** 2026-11-28 */
  readonly date: string;
  readonly day: Day;
  /** Since midnight by the clock: on the days that the clock is changed, some come twice and some never. */
  readonly minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

export function localTime(at: Date, timeZone: string): LocalTime {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const date = `${parts.year}-${parts.month}-${parts.day}`;
  return { date, day: dayOf(date), minute: 60 * Number(parts.hour) + Number(parts.minute) };
}

export const dayBefore = (day: Day): Day => DAYS[(DAYS.indexOf(day) + 6) % 7]!;

/** Minutes since midnight of a time of day such as 22:00. */
export const minuteOf = (clock: string): number => 60 * Number(clock.slice(0, 2)) + Number(clock.slice(3));

/** A day of the calendar is the same weekday in every zone. */
const dayOf = (date: string): Day => DAYS[(new Date(`${date}T12:00:00Z`).getUTCDay() + 6) % 7]!;

/** Making one takes longer than judging a scene. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    if (formats.size > MOST_ZONES) formats.clear();
    format = new Intl.DateTimeFormat('en-CA-u-ca-iso8601', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  return format;
}

const MOST_ZONES = 100;
