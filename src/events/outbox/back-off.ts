const FIRST_MS = 1000;
const LONGEST_MS = 300_000;
const LONGEST_ASKED_MS = 3_600_000;

/** How long to wait behind the n-th failure (from 1), ms: twice as long each time, by chance shorter; longer where the receiver asks for it. */
export function backOffMs(failures: number, askedMs: number | null, random: () => number = Math.random): number {
  const longest = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 20), LONGEST_MS);
  const planned = longest * (0.5 + random() / 2);
  return Math.max(planned, Math.min(askedMs ?? 0, LONGEST_ASKED_MS));
}
