import type { Token } from '../tokens.ts';

/**
 * The sentence speaks of time. What is left out of it would be another rule: nothing is suggested in its place, and no
 * language model is asked.
 */
export function mentionsTime(tokens: readonly Token[]): boolean {
  return tokens.some((t, i) => (t.kind === 'word' ? TIME.test(t.text) : isClock(tokens, i)));
}

const TIME =
  /^(?:\d{1,6}(?:am|pm|min|mins|h|hrs?)|(?:minute|hour|day|night|morning|evening|afternoon|weekday|workday|weekend|week)s?|seconds|o'clock|noon|midnight|today|tonight|tomorrow|daily|hourly|nightly|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)$/;

const isClock = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]?.kind === 'number' &&
  tokens[at + 1]?.text === ':' &&
  tokens[at + 1]!.glued &&
  tokens[at + 2]?.kind === 'number' &&
  /^\d\d$/.test(tokens[at + 2]!.text);
