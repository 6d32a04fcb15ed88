import { DAYS, type Timing } from '../../../contract/timing.ts';
import { DAY_NAMES, WEEKDAYS, WEEKEND } from './days.ts';

/** "between 09:00 and 17:00 on weekdays with 10 minutes of grace", as the grammar reads it back. */
export function timingPhrase({ after, before, by, days, for_seconds }: Timing): string {
  const hours =
    after !== undefined && before !== undefined
      ? `between ${after} and ${before}`
      : after !== undefined
        ? `after ${after}`
        : before !== undefined
          ? `before ${before}`
          : by === undefined
            ? null
            : `by ${by}`;
  const grace = for_seconds === undefined ? null : `with ${durationText(for_seconds)} of grace`;
  return [hours, days === undefined ? null : `on ${daysText(days)}`, grace].filter((p) => p !== null).join(' ');
}

function daysText(days: readonly string[]): string {
  const sorted = DAYS.filter((d) => days.includes(d));
  const same = (other: readonly string[]) => other.length === sorted.length && sorted.every((d) => other.includes(d));
  if (same(WEEKDAYS)) return 'weekdays';
  if (same(WEEKEND)) return 'weekends';
  const names = sorted.map((d) => `${DAY_NAMES[d]}s`);
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

export function durationText(seconds: number): string {
  const [size, unit] = UNITS.find(([s]) => seconds % s === 0)!;
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];
