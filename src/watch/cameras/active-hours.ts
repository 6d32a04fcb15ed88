import type { ActiveHours } from '../../contract/camera.ts';
import { DAYS } from '../../contract/timing.ts';
import { localTime } from './local-day.ts';

/** Whether the camera watches then, by the clock on its wall; hours over midnight belong to the day on which they begin. */
export function isActive(hours: ActiveHours | null, timeZone: string, at: Date): boolean {
  if (hours === null) return true;
  const { clock, weekday } = localTime(at, timeZone);
  const { from, to, days } = hours;
  const before = DAYS[(DAYS.indexOf(weekday) + DAYS.length - 1) % DAYS.length]!;
  if (from <= to) return days.includes(weekday) && from <= clock && clock < to;
  return (days.includes(weekday) && clock >= from) || (days.includes(before) && clock < to);
}
