import { DAYS, type Timing } from '../contract/timing.ts';
import type { ComparedRule } from './statement.ts';

type Timed = Pick<ComparedRule, 'timing'>;
type Span = readonly [from: number, to: number];

const DAY = 24 * 60;
const WEEK = 7 * DAY;

/**
 * Whether two rules hold at the same time. `never`: their hours have no minute in common. `maybe`: they do, and each allows
 * the other for a while, or asks only once a day: nothing is proved.
 */
export function meetInTime(a: Timed, b: Timed): 'never' | 'maybe' | 'sure' {
  const [s, t] = [a.timing, b.timing];
  if (s === undefined && t === undefined) return 'sure';
  const longest = longestShared(spansOf(s), spansOf(t));
  if (longest === 0) return 'never';
  if (s?.by !== undefined || t?.by !== undefined) return 'maybe';
  const [short, long] = [s?.for_seconds ?? 0, t?.for_seconds ?? 0].sort((x, y) => x - y) as [number, number];
  if (short > 0 || 60 * longest <= long) return 'maybe';
  return 'sure';
}

/** Whenever `weak` is asked for, `strong` is too, and allows no longer. */
export function coversInTime(strong: Timed, weak: Timed): boolean {
  const [s, w] = [strong.timing, weak.timing];
  if (s === undefined) return true;
  if (s.by !== undefined || w?.by !== undefined) return s.by === w?.by && sameDays(s, w);
  if ((s.for_seconds ?? 0) > (w?.for_seconds ?? 0)) return false;
  const all = spansOf(s);
  return spansOf(w).every(([from, to]) => all.some(([f, t]) => f <= from && t >= to));
}

const sameDays = (a: Timing, b: Timing | undefined): boolean =>
  DAYS.every((d) => (a.days ?? DAYS).includes(d) === (b?.days ?? DAYS).includes(d));

/** Minutes of the week in which a rule may be in force, joined where they touch; what ends after Sunday goes on from 0. */
function spansOf(timing: Timing | undefined): Span[] {
  if (timing === undefined) return [[0, WEEK]];
  const { after, before, by, days = DAYS } = timing;
  const from = minute(by ?? after ?? '00:00');
  const to = before === undefined ? DAY : minute(before);
  const spans = DAYS.flatMap((day, i): Span[] => {
    if (!days.includes(day)) return [];
    const [begin, end] = [i * DAY + from, i * DAY + (to > from ? to : to + DAY)];
    return end <= WEEK
      ? [[begin, end]]
      : [
          [begin, WEEK],
          [0, end - WEEK],
        ];
  });
  return joined(spans);
}

const minute = (clock: string): number => 60 * Number(clock.slice(0, 2)) + Number(clock.slice(3));

function joined(spans: readonly Span[]): Span[] {
  const sorted = [...spans].filter(([f, t]) => t > f).sort((a, b) => a[0] - b[0]);
  const all: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = all.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else all.push([from, to]);
  }
  return all;
}

function longestShared(a: readonly Span[], b: readonly Span[]): number {
  return Math.max(0, ...a.flatMap(([f, t]) => b.map(([g, u]) => Math.min(t, u) - Math.max(f, g))));
}
