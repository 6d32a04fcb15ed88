import type { Timing } from '../../contract/timing.ts';
import { dayBefore, type LocalTime, minuteOf } from './local-time.ts';

/** Whether the rule is in force by its hours and days; deadlines are another matter. */
export function inHours({ after, before, days }: Timing, now: LocalTime): boolean {
  const from = after === undefined ? 0 : minuteOf(after);
  const to = before === undefined ? 24 * 60 : minuteOf(before);
  const on = (day: LocalTime['day']) => days === undefined || days.includes(day);
  if (from < to) return now.minute >= from && now.minute < to && on(now.day);
  // Over midnight: what is left of the night belongs to the day before.
  return (now.minute >= from && on(now.day)) || (now.minute < to && on(dayBefore(now.day)));
}

export type Deadline = { readonly day: string; readonly settled: boolean };

/**
 * A rule with a deadline is in force from that time until it is met, at most until midnight. When nobody saw the deadline
 * pass, nobody can tell whether it was met then, and nothing is said that day.
 */
export function deadlineAt(
  { by = '00:00', days }: Timing,
  before: { readonly known: Deadline | undefined; readonly last: LocalTime | null },
  now: LocalTime,
): Deadline {
  const { known, last } = before;
  if (known?.day === now.date) return known;
  if (now.minute < minuteOf(by)) return known ?? { day: '', settled: true };
  const due = days === undefined || days.includes(now.day);
  const sawIt = last !== null && (last.date < now.date || last.minute < minuteOf(by));
  return { day: now.date, settled: !(due && sawIt) };
}
