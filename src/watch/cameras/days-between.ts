import { localTime } from '../core/local-time.ts';

/** The local days that a span touches, in their order, `most` of them at most (the last ones). */
export function daysBetween(from: Date, to: Date, timeZone: string, most: number): string[] {
  const days: string[] = [];
  for (let at = to.getTime(); at >= from.getTime() - 86_400_000 && days.length <= most; at -= 43_200_000) {
    const { date } = localTime(new Date(at), timeZone);
    if (days.at(-1) !== date) days.push(date);
  }
  const first = localTime(from, timeZone).date;
  return days
    .filter((day) => day >= first)
    .slice(0, most)
    .reverse();
}
