const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Hours from the beginning of today at which the time begins and, where it is over, ends. Days are those of UTC. */
const NAMED: Readonly<Record<string, readonly [number, number?]>> = {
  today: [0],
  'this morning': [0, 12],
  'this afternoon': [12, 18],
  'this evening': [18, 24],
  'yesterday morning': [-24, -12],
  'yesterday afternoon': [-12, -6],
  'yesterday evening': [-6, 0],
  yesterday: [-24, 0],
  'this week': [-6 * 24],
  'last week': [-7 * 24],
  'past week': [-7 * 24],
  'this month': [-30 * 24],
  'last month': [-30 * 24],
  'past month': [-30 * 24],
};

const UNITS_MS: readonly (readonly [RegExp, number])[] = [
  [/^(?:m|min|mins|minutes?)$/, 60_000],
  [/^(?:h|hr|hrs|hours?)$/, HOUR_MS],
  [/^(?:d|days?)$/, DAY_MS],
  [/^(?:w|weeks?)$/, 7 * DAY_MS],
  [/^months?$/, 30 * DAY_MS],
  [/^years?$/, 365 * DAY_MS],
];
const NUMBERS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const MOST = 9999;

/** Words that say when, of which only what is above is understood. */
const SAYS_WHEN = new Set(
  `minute minutes hour hours day days daily week weeks month months year years morning mornings afternoon afternoons evening
  evenings night nights tonight noon midnight weekend weekends tomorrow ago since before after until till between monday
  mondays tuesday tuesdays wednesday wednesdays thursday thursdays friday fridays saturday saturdays sunday sundays january
  february march april june july august september october november december`.split(/\s+/),
);

export interface TimeSpan {
  readonly since: string;
  readonly until?: string;
}

/** The time that is said at this place, ISO 8601 in UTC with milliseconds. */
export function timeAt(words: readonly string[], at: number, now: Date): { length: number; span: TimeSpan } | null {
  for (const length of [2, 1]) {
    const phrase = words.slice(at, at + length).join(' ');
    if (Object.hasOwn(NAMED, phrase)) return { length, span: named(NAMED[phrase]!, now) };
  }
  if (!/^(?:last|past|previous)$/.test(words[at] ?? '')) return null;
  const [first = '', second = ''] = words.slice(at + 1, at + 3);
  const glued = /^(\d{1,4})(m|min|h|hrs?|d|w)$/.exec(first);
  if (glued) return back(2, Number(glued[1]), glued[2]!, now);
  const count = NUMBERS.includes(first) ? NUMBERS.indexOf(first) + 1 : /^\d{1,4}$/.test(first) ? Number(first) : null;
  return count === null ? back(2, 1, first, now) : back(3, count, second, now);
}

function named([from, to]: readonly [number, number?], now: Date): TimeSpan {
  const today = Date.parse(now.toISOString().slice(0, 10));
  return {
    since: new Date(today + from * HOUR_MS).toISOString(),
    ...(to !== undefined && { until: new Date(today + to * HOUR_MS - 1).toISOString() }),
  };
}

function back(length: number, count: number, unit: string, now: Date) {
  const ms = UNITS_MS.find(([name]) => name.test(unit))?.[1];
  if (ms === undefined || count < 1 || count > MOST) return null;
  return { length, span: { since: new Date(now.getTime() - count * ms).toISOString() } };
}

export const saysWhen = (word: string): boolean => SAYS_WHEN.has(word) || /^\d{1,4}(?:h|d|w)$/.test(word);
/** "2026-11-27", "14:30": days and times of day in figures. */
export const hasDate = (text: string): boolean => /\d{4}-\d{1,2}|\d{1,2}[:/]\d{1,2}|\d\s?[ap]m\b/i.test(text);
