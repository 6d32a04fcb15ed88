import type { Token } from '../tokens.ts';

/** A time of day as it was written. */
export interface ClockTime {
  /** 18:00; null: it may be in the morning or in the evening. */
  readonly clock: string | null;
  /** Nothing but a number: "17". */
  readonly bare: number | null;
  /** Could be meant otherwise on the 12-hour clock: "6:00". */
  readonly loose: boolean;
  readonly length: number;
}

const two = (n: number) => String(n).padStart(2, '0');
const clockOf = (hour: number, minute: number): string | null =>
  hour <= 23 && minute <= 59 ? `${two(hour)}:${two(minute)}` : null;

/** Hours of "6 pm": 12 am is midnight, 12 pm noon. */
function halfDay(hour: number, minute: number, half: string): string | null {
  if (hour < 1 || hour > 12) return null;
  return clockOf((hour % 12) + (half === 'pm' ? 12 : 0), minute);
}

/** "18:00", "6 pm", "6:30pm", "noon", "9 o'clock", "17"; null: no time. */
export function clockAt(tokens: readonly Token[], at: number): ClockTime | null {
  const word = (i: number) => (tokens[i]?.kind === 'word' ? tokens[i].text : '');
  if (word(at) === 'noon') return sure('12:00', 1);
  const glued = /^(\d{1,2})(am|pm)$/.exec(word(at));
  if (glued !== null) return sure(halfDay(Number(glued[1]), 0, glued[2]!), 1);
  const hour = tokens[at];
  if (hour?.kind !== 'number' || !/^\d{1,2}$/.test(hour.text)) return null;
  const minutes = minutesAt(tokens, at + 1);
  const half = halfAt(tokens, at + 1 + (minutes?.length ?? 0), minutes?.half ?? null);
  const length = 1 + (minutes?.length ?? 0) + (half?.length ?? 0);
  const value = Number(hour.text);
  if (half !== null) return sure(halfDay(value, minutes?.value ?? 0, half.text), length);
  if (minutes !== null) {
    const clock = clockOf(value, minutes.value);
    return clock === null
      ? null
      : { clock, bare: null, loose: value >= 1 && value <= 12 && !hour.text.startsWith('0'), length };
  }
  if (word(at + 1) === "o'clock" || word(at + 1) === 'oclock') {
    return { clock: value >= 13 ? clockOf(value, 0) : null, bare: null, loose: false, length: 2 };
  }
  return { clock: null, bare: value, loose: false, length: 1 };
}

const sure = (clock: string | null, length: number): ClockTime | null =>
  clock === null ? null : { clock, bare: null, loose: false, length };

/** ":30", or ":30pm" in one. */
function minutesAt(tokens: readonly Token[], at: number): { value: number; length: 2; half: string | null } | null {
  const [colon, digits] = [tokens[at], tokens[at + 1]];
  if (colon?.text !== ':' || !colon.glued || digits?.glued !== true) return null;
  const found = /^(\d\d)(am|pm)?$/.exec(digits.text);
  return found === null ? null : { value: Number(found[1]), length: 2, half: found[2] ?? null };
}

/** "pm", "p.m.", "p.m". */
function halfAt(tokens: readonly Token[], at: number, glued: string | null): { text: string; length: number } | null {
  if (glued !== null) return { text: glued, length: 0 };
  const text = (i: number) => tokens[i]?.text ?? '';
  if (text(at) === 'am' || text(at) === 'pm') return { text: text(at), length: 1 };
  if ((text(at) !== 'a' && text(at) !== 'p') || text(at + 1) !== '.' || text(at + 2) !== 'm') return null;
  return { text: `${text(at)}m`, length: text(at + 3) === '.' && tokens[at + 3]!.glued ? 4 : 3 };
}
