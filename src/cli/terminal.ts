import { oneLine, printableText } from '../plain-text.ts';

/** stdout does not take the result: a full disk, a reader that has gone. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
  readonly code: string;

  constructor(cause: NodeJS.ErrnoException) {
    super(`The output cannot be written: ${cause.message}`, { cause });
    this.code = cause.code ?? '';
  }
}

let failure: OutputError | undefined;

/** From here on a stdout that fails does not end the process by itself. Why it failed; undefined: it did not. */
export function watchOutput(): () => OutputError | undefined {
  if (!process.stdout.listeners('error').includes(outputFails)) process.stdout.on('error', outputFails);
  return () => failure;
}

function outputFails(cause: NodeJS.ErrnoException): void {
  failure ??= new OutputError(cause);
}

/**
 * Result of a command, on stdout. Nothing in it is obeyed by the terminal, wherever it came from. Throws OutputError once nobody
 * takes it: there is nothing left to do then.
 */
export function print(text: string): void {
  if (failure !== undefined) throw failure;
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

/** In the place of the line that stands there: for a person who watches. */
export function redrawLine(text: string): void {
  process.stderr.write(`\r\u001b[K${oneLine(text)}`);
}
