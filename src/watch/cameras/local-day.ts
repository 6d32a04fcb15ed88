const formats = new Map<string, Intl.DateTimeFormat>();
const DAYS = { Mon: 'mon', Tue: 'tue', Wed: 'wed', Thu: 'thu', Fri: 'fri', Sat: 'sat', Sun: 'sun' } as const;

export interface LocalTime {
  /** 2026-11-28 */
  readonly day: string;
  /** 18:05 */
  readonly clock: string;
  readonly weekday: (typeof DAYS)[keyof typeof DAYS];
}

/** The time on the clock of a zone. */
export function localTime(at: Date, timeZone: string): LocalTime {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone, ...parts, weekday: 'short', hourCycle: 'h23' });
    formats.set(timeZone, format);
  }
  const found = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: `${found.year}-${found.month}-${found.day}`,
    clock: `${found.hour}:${found.minute}`,
    weekday: DAYS[found.weekday as keyof typeof DAYS],
  };
}

/** The days that a span touches, in their order, `most` of them at most (the last ones). */
export function daysBetween(from: Date, to: Date, timeZone: string, most: number): string[] {
  const days: string[] = [];
  for (let at = to.getTime(); at >= from.getTime() - 86_400_000 && days.length <= most; at -= 43_200_000) {
    const { day } = localTime(new Date(at), timeZone);
    if (days.at(-1) !== day) days.push(day);
  }
  const first = localTime(from, timeZone).day;
  return days
    .filter((day) => day >= first)
    .slice(0, most)
    .reverse();
}
