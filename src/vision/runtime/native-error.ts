const LONGEST = 300;
const LOCATION = /\S*\.(?:cc|cpp|cu|cuh|h|hpp):\d+ /;
/** What CUDA and its libraries said, between signatures that are longer than the message. */
const LIBRARY_FAILURE = /\b[A-Z]+ failure \d+: .*/;
const NO_MEMORY = /out of memory|failed to allocate|bad_alloc|CUDA_ERROR_OUT_OF_MEMORY|STATUS_ALLOC_FAILED/i;

/** The first line of a runtime error without C++ signatures, short enough for a report. */
export function firstLine(thrown: unknown): string {
  const line = textOf(thrown).split('\n')[0] ?? '';
  const said = LIBRARY_FAILURE.exec(line)?.[0] ?? withoutSignatures(line);
  return said
    .replace(/ hostname=\S* ;/, '')
    .trim()
    .slice(0, LONGEST);
}

/** Decided by the whole text: a report may be cut before the reason. */
export function isOutOfMemory(thrown: unknown): boolean {
  return NO_MEMORY.test(textOf(thrown));
}

const textOf = (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown));

/** Drops every "file.cc:12 type name(arguments) [with T = int]" and the condition of a failed check that says more. */
function withoutSignatures(line: string): string {
  let text = line;
  for (let at = LOCATION.exec(text); at !== null; at = LOCATION.exec(text)) {
    const rest = text.slice(at.index + at[0].length);
    text = text.slice(0, at.index) + rest.slice(signatureLength(rest));
  }
  return text.replace(/^.* was false\. (?=\S)/, '');
}

/** Up to the end of its argument list and what belongs to it; 0 when there is none. */
function signatureLength(text: string): number {
  const open = text.indexOf('(');
  let end = open < 0 ? 0 : closing(text, open, '(', ')');
  for (;;) {
    const more = /^(?:\(| const\b| \[with |::<lambda)/.exec(text.slice(end))?.[0];
    if (end === 0 || more === undefined) break;
    if (more === '(') end = closing(text, end, '(', ')');
    else if (more === ' const') end += more.length;
    else if (more === ' [with ') end = closing(text, end, '[', ']');
    else end = closing(text, end, '<', '>');
  }
  return text[end] === ' ' ? end + 1 : end;
}

/** Behind the bracket that closes the first one at or after `from`; the end of the text when it is cut. */
function closing(text: string, from: number, open: string, close: string): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if (text[i] === open) depth++;
    else if (text[i] === close && --depth === 0) return i + 1;
  }
  return text.length;
}
