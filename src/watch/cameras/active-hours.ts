import type { ActiveHours } from '../../contract/camera.ts';
import { dayBefore, localTime, minuteOf } from '../core/local-time.ts';

/** Whether the camera watches then, by the clock on its wall; hours over midnight belong to the day on which they begin. */
export function isActive(hours: ActiveHours | null, timeZone: string, at: Date): boolean {
  if (hours === null) return true;
  const { day, minute } = localTime(at, timeZone);
  const { days } = hours;
  const [from, to] = [minuteOf(hours.from), minuteOf(hours.to)];
  if (from <= to) return days.includes(day) && from <= minute && minute < to;
  return (days.includes(day) && minute >= from) || (days.includes(dayBefore(day)) && minute < to);
}
