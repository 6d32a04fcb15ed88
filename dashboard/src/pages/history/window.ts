export interface Window {
  /** First and one past the last row that are in the document. */
  readonly from: number;
  readonly to: number;
}

/** Rows beyond what is seen, on either side. */
const SPARE = 6;

/** Which of `count` rows of one height are in sight. */
export function windowOf(top: number, height: number, rowHeight: number, count: number): Window {
  const from = Math.max(0, Math.floor(top / rowHeight) - SPARE);
  const to = Math.min(count, Math.ceil((top + height) / rowHeight) + SPARE);
  return { from: Math.min(from, count), to: Math.max(to, Math.min(from, count)) };
}
