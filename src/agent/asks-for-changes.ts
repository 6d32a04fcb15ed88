const CHANGES =
  /\b(?:what|anything|something|which)\b.{0,60}\b(?:changed?|happened|moved|new|different|came|left|arrived|gone)\b|\bwhat(?:'s| is| has been)? (?:new|going on)\b/i;

/** A question for what happened before a camera: "What has changed on the desk since this morning?" */
export const asksForChanges = (text: string): boolean => text.length <= 500 && CHANGES.test(text);

const SINCE =
  /\b(this morning|yesterday|today)\b|\b(\d{1,4})\s*(hours?|h|days?|d|weeks?|w)\b|\b(\d{4}-\d{2}-\d{2}(?:T[\d:]{5,8}Z?)?)\b/i;

/** From when on, as it is said; null: it is not. */
export function timeIn(text: string): string | null {
  const [, words, count, unit, day] = SINCE.exec(text.slice(0, 500)) ?? [];
  if (count !== undefined) return `${count}${unit![0]!.toLowerCase()}`;
  return words?.toLowerCase() ?? day ?? null;
}
