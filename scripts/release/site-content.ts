const PATTERNS = [
  /<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*\s(?:src|data)\s*=\s*["']?(?:https?:)?\/\/[^\s"'>]+/gi,
  /<link\b(?![^>]*\brel\s*=\s*["']?canonical)[^>]*\shref\s*=\s*["']?(?:https?:)?\/\/[^\s"'>]+/gi,
  /@import\s+(?:url\()?["']?(?:https?:)?\/\/[^\s"')]+/gi,
  /url\(\s*["']?(?:https?:)?\/\/[^\s"')]+/gi,
  /\bimport\s*\(\s*["'`](?:https?:)?\/\/[^"'`]+/gi,
];

/** What a page, style sheet or script would load from another server; links that a reader follows are none of it. */
export const loadsFromElsewhere = (text: string): string[] =>
  PATTERNS.flatMap((pattern) => text.match(pattern) ?? []).map((found) => found.slice(0, 200));
