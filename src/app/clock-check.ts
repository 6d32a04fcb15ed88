import * as z from 'zod';

/** What earlier rounds knew of the clock. */
export const ClockRecord = z.strictObject({
  seen: z.iso.datetime().describe('the clock of the last round'),
  doubted_since: z.iso.datetime().nullable(),
});
export type ClockRecord = Readonly<z.infer<typeof ClockRecord>>;

const DAY_MS = 86_400_000;
/** A clock that is ahead of the last round by more than this has leapt, or nothing ran for that long. */
const MOST_LEAP_MS = 3 * DAY_MS;
/** So long the new time must last before anything is deleted by it. */
const DOUBT_MS = DAY_MS;

/**
 * Whether what is older than `days` may be deleted by this clock, and what the next round must know. A clock that leapt ahead
 * (a dead battery, a wrong time server) makes everything look old; it is believed when it has told the same for a day.
 * `recent` says whether something was stored shortly before `now`: it is asked only where no round has left a record.
 */
export async function checkClock(
  last: ClockRecord | null,
  now: Date,
  days: number,
  recent: (since: Date) => Promise<boolean>,
): Promise<{ readonly record: ClockRecord; readonly trusted: boolean }> {
  const leapMs = Math.min(MOST_LEAP_MS, (days * DAY_MS) / 2);
  const answer = (doubted_since: string | null) => ({
    record: { seen: now.toISOString(), doubted_since },
    trusted: doubted_since === null,
  });
  if (last === null) return answer((await recent(new Date(now.getTime() - leapMs))) ? null : now.toISOString());
  if (last.doubted_since !== null) {
    const since = Date.parse(last.doubted_since);
    const setRight = now.getTime() < since - leapMs;
    const lasted = now.getTime() - since >= DOUBT_MS;
    return answer(setRight || lasted ? null : last.doubted_since);
  }
  const leapt = now.getTime() - Date.parse(last.seen) > leapMs;
  return answer(leapt ? now.toISOString() : null);
}

/** When a doubt ends. */
export const trustedFrom = (doubtedSince: string) => new Date(Date.parse(doubtedSince) + DOUBT_MS);
