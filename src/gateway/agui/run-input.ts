import type { RunAgentInput } from '@ag-ui/core';
import { RunAgentInputSchema } from '@ag-ui/core/schemas';
import type { Message } from '../../agent/what-is-asked.ts';
import { AppError } from '../../errors.ts';
import { plainText } from '../../plain-text.ts';

/** The last thing that the person said; `named` says for each picture how it is shown in place of its bytes. */
export interface UserWords extends Message {
  readonly named: ReadonlyMap<string, string>;
}

const MOST_ISSUES = 10;
const MOST_ID = 200;
/** Of one message, all its parts together: ten sentences and addresses are far shorter. */
const MOST_TEXT = 20_000;

/** Throws VALIDATION_002 with the issues. Members that are not known are let be. */
export function readRunInput(body: unknown): RunAgentInput {
  const read = RunAgentInputSchema.safeParse(body);
  const issues = read.success
    ? [
        ...(['threadId', 'runId'] as const)
          .filter((name) => read.data[name].length === 0 || read.data[name].length > MOST_ID)
          .map((name) => ({ path: name, message: `must be 1 to ${MOST_ID} characters` })),
        ...textIssues(read.data as RunAgentInput),
      ]
    : read.error.issues.slice(0, MOST_ISSUES).map(({ path, message }) => ({
        path: plainText(path.join('.')),
        message: plainText(message, 200),
      }));
  if (read.success && issues.length === 0) return read.data as RunAgentInput;
  throw invalidInput('The body is no RunAgentInput of AG-UI 1.0.', { issues });
}

/** Of what is read: the last message of the person. What it says is said again in the stream. */
function textIssues({ messages }: RunAgentInput): { path: string; message: string }[] {
  const at = messages.findLastIndex(({ role }) => role === 'user');
  const last = messages[at];
  if (last?.role !== 'user') return [];
  const { content } = last;
  const texts =
    typeof content === 'string' ? [content] : content.map((part) => (part.type === 'text' ? part.text : ''));
  // An image in the words is no text.
  const length = texts.reduce((sum, text) => sum + text.replace(IN_WORDS, '').length, 0);
  if (length <= MOST_TEXT) return [];
  return [{ path: `messages.${at}.content`, message: `its text must be at most ${MOST_TEXT} characters` }];
}

/** A picture as it is sent between words. */
const IN_WORDS = /\bdata:image\/[^\s<>"']+/gi;

export const invalidInput = (message: string, details: Record<string, unknown> = {}) =>
  new AppError('VALIDATION_002', {
    message,
    advice: 'Send "threadId", "runId" and "messages" as AG-UI 1.0 has them.',
    details,
  });

/** Text, and pictures given as bytes or by an address; parts of other kinds are left out. */
export function lastWords({ messages }: RunAgentInput): UserWords {
  const last = messages.findLast(({ role }) => role === 'user');
  const content = last?.role === 'user' ? last.content : '';
  if (typeof content === 'string') return { text: content, images: [], named: new Map() };
  const texts: string[] = [];
  const named = new Map<string, string>();
  for (const part of content) {
    if (part.type === 'text') texts.push(part.text);
    if (part.type !== 'image') continue;
    const { source } = part;
    if (source.type === 'url') named.set(source.value, source.value);
    if (source.type === 'data') {
      const url = `data:${source.mimeType};base64,${source.value}`;
      named.set(url, `picture ${named.size + 1} of message ${plainText(last?.id ?? '')}`);
    }
  }
  return { text: texts.join('\n'), images: [...named.keys()], named };
}
