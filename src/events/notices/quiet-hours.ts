import type { QuietHours } from '../../contract/notification.ts';

/** Whether it is quiet then, by the clock on the wall of that zone; from and to may lie on two days. */
export function isQuiet(hours: QuietHours | null, now: Date): boolean {
  if (hours === null) return false;
  const { from, to, time_zone: timeZone } = hours;
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const at = format.format(now);
  return from <= to ? from <= at && at < to : at >= from || at < to;
}
