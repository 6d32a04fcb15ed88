import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

const ours = Symbol('headers that this answer has, whoever writes it');
type Answer = ServerResponse & { [ours]?: Record<string, string> };

/**
 * Headers that an answer has also where a protocol writes its head by itself; a header of the protocol's own goes before one of ours
 * that is called the same. They are handed to node with the others, at once: that costs a third of setting each.
 */
export function sayWithAnswer(
  raw: ServerResponse,
  headers: Record<string, string>,
  atHead: (type: string) => void,
): void {
  const answer = raw as Answer;
  answer[ours] = headers;
  const writeHead = raw.writeHead.bind(raw) as (...args: unknown[]) => typeof raw;
  raw.writeHead = (...args: unknown[]) => {
    const given = args.at(-1);
    atHead(typeOf(raw, given));
    if (Array.isArray(given)) return writeHead(...withEach(raw, headers, args));
    const named = typeof given === 'object' && given !== null ? (given as OutgoingHttpHeaders) : null;
    const rest = named === null ? args.filter((one) => one !== undefined && one !== null) : args.slice(0, -1);
    return writeHead(...rest, { ...without(headers, raw, named), ...named });
  };
}

/** One more of them; null: what is said of it so far. */
export const saidWithAnswer = (raw: ServerResponse): Record<string, string> => {
  const answer = raw as Answer;
  answer[ours] ??= {};
  return answer[ours];
};

function typeOf(raw: ServerResponse, given: unknown): string {
  const set = raw.getHeader('content-type');
  if (set !== undefined) return String(set);
  const names = typeof given === 'object' && given !== null ? Object.entries(given) : [];
  return String(names.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '');
}

/** Ours, but those that are said otherwise. */
function without(headers: Record<string, string>, raw: ServerResponse, given: OutgoingHttpHeaders | null) {
  const left = { ...headers };
  for (const name of raw.getHeaderNames()) delete left[name];
  for (const name in given) {
    if (given[name] !== undefined) delete left[name.toLowerCase()];
  }
  return left;
}

/** Lists of names and values are told as they are; ours are set before. */
function withEach(raw: ServerResponse, headers: Record<string, string>, args: unknown[]): unknown[] {
  for (const [name, value] of Object.entries(headers)) if (!raw.hasHeader(name)) raw.setHeader(name, value);
  return args;
}
