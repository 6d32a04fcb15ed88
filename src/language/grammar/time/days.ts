import { DAYS, type Day } from '../../../contract/timing.ts';
import type { Token } from '../tokens.ts';

export const DAY_NAMES: Readonly<Record<Day, string>> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};
export const WEEKDAYS: readonly Day[] = DAYS.slice(0, 5);
export const WEEKEND: readonly Day[] = DAYS.slice(5);

const GROUPS = new Map([
  ['weekday', WEEKDAYS],
  ['workday', WEEKDAYS],
  ['weekend', WEEKEND],
]);
const BY_NAME = new Map<string, Day>(DAYS.map((d) => [DAY_NAMES[d].toLowerCase(), d]));

export interface ReadDays {
  readonly days: readonly Day[];
  readonly length: number;
}

/** "on weekdays", "on Mondays and Fridays", "every Monday", "Monday to Friday"; one "on Monday" is no rule. */
export function daysAt(tokens: readonly Token[], at: number): ReadDays | null {
  const word = (i: number) => (tokens[i]?.kind === 'word' ? tokens[i].text : '');
  const every = word(at) === 'every' || word(at) === 'each';
  const start = every || word(at) === 'on' ? at + 1 : at;
  const group = GROUPS.get(word(start).replace(/s$/, ''));
  if (group !== undefined && start > at && every !== word(start).endsWith('s')) {
    return { days: group, length: start + 1 - at };
  }
  return rangeAt(word, word(at) === 'from' ? at + 1 : start, at) ?? listAt(tokens, start, at, every);
}

const dayOf = (word: string): Day | undefined => BY_NAME.get(word) ?? BY_NAME.get(word.replace(/s$/, ''));

function rangeAt(word: (i: number) => string, start: number, at: number): ReadDays | null {
  const [from, to] = [dayOf(word(start)), dayOf(word(start + 2))];
  if (from === undefined || to === undefined || !['to', 'through', 'till', 'until'].includes(word(start + 1)))
    return null;
  const [a, b] = [DAYS.indexOf(from), DAYS.indexOf(to)];
  const days = DAYS.filter((_, i) => (a <= b ? i >= a && i <= b : i >= a || i <= b));
  return { days, length: start + 3 - at };
}

function listAt(tokens: readonly Token[], start: number, at: number, every: boolean): ReadDays | null {
  const found = new Set<Day>();
  let end = start;
  for (let i = start; ; ) {
    const { kind, text } = tokens[i] ?? { kind: 'symbol', text: '' };
    const day = kind === 'word' ? dayOf(text) : undefined;
    // "on Monday" is one day; "on Mondays" and "every Monday" are all of them.
    if (day === undefined || every === text.endsWith('s')) break;
    found.add(day);
    i++;
    end = i;
    if (tokens[i]?.text === ',') i++;
    if (tokens[i]?.text === 'and') i++;
  }
  return found.size === 0 || start === at ? null : { days: DAYS.filter((d) => found.has(d)), length: end - at };
}
