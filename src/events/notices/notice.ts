import * as z from 'zod';
import { Severity } from '../../contract/notification.ts';

/** What people are told: plain text, which each channel escapes in its own way. Names in it are somebody else's words. */
export const Notice = z.strictObject({
  id: z.string(),
  severity: Severity,
  title: z.string(),
  lines: z.array(z.string()),
  timestamp: z.string(),
  analysis_id: z.string().nullable(),
});
export type Notice = z.infer<typeof Notice>;

/** Whoever has it sees the picture until then. */
export interface PictureLink {
  readonly url: string;
  readonly expires_at: string;
}

/** As it goes out; a notice may have waited before, which a link does not. */
export interface PostedNotice extends Notice {
  readonly picture: PictureLink | null;
}

/** Of a notice, and characters of one. */
const MOST_LINES = 20;
const LONGEST = 300;

/** One line without controls, cut at a whole character. */
export function line(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return plain.length <= LONGEST ? plain : `${cut(plain, LONGEST - 1)}…`;
}

/** At most so many UTF-16 units, and no half of a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(most - 1)) ? most - 1 : most;
  return text.slice(0, end);
}

export function lines(all: readonly string[]): string[] {
  const shown = all.slice(0, MOST_LINES).map(line);
  return all.length > MOST_LINES ? [...shown, `… and ${all.length - MOST_LINES} more`] : shown;
}
