import { plainValue, printableText } from '../plain-text.ts';

/** Longest text of one field, of a stack, and of a line, characters. */
const MAX_FIELD = 500;
const MAX_STACK = 4000;
export const MAX_LINE = 16_000;

/**
 * A line of the log, one JSON object, in which no text of a field is obeyed by a terminal or hides anything, and none is
 * long: whoever sends a name, a header or a file cannot write the log. Where all fields together are too long, those that say
 * what it is are kept.
 */
export function plainLine(line: string): string {
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const plain = plainValue(record, MAX_FIELD) as Record<string, unknown>;
  keepStack(record.err, plain.err);
  const whole = JSON.stringify(plain);
  const { level, time, client, msg } = plain;
  return `${whole.length <= MAX_LINE ? whole : JSON.stringify({ level, time, client, msg, cut: whole.length })}\n`;
}

/** Where it happened, on several lines. */
function keepStack(from: unknown, to: unknown): void {
  const { stack } = (from ?? {}) as { stack?: unknown };
  if (typeof stack !== 'string') return;
  (to as { stack: string }).stack = printableText(stack.slice(0, MAX_STACK));
}
