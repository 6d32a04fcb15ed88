import { oneLine, printableText } from '../plain-text.ts';

/** Result of a command, on stdout. Nothing in it is obeyed by the terminal, wherever it came from. */
export function print(text: string): void {
  process.stdout.write(printableText(text));
}

/** What a person should know beside the result, on stderr, cleaned alike. */
export function tell(text: string): void {
  process.stderr.write(printableText(text));
}

/** The same as one line, whatever line breaks its parts hold. */
export function tellLine(text: string): void {
  process.stderr.write(`${oneLine(text).trim()}\n`);
}
