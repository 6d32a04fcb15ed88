import { ERRORS } from '../../src/errors.ts';

export interface Message {
  readonly jsonrpc?: string;
  readonly id?: number | string | null;
  readonly method?: string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: { readonly code?: string } };
}

export interface Verdict {
  readonly how: 'refused' | 'answered' | 'failed';
  /** The code of a refusal, or what is wrong. */
  readonly said: string;
}

const failed = (said: string): Verdict => ({ how: 'failed', said });

export const textOf = ({ result }: Message): string =>
  ((result?.content ?? []) as { text?: string }[]).map(({ text }) => text ?? '').join('\n');

/** The structured part of an answer that was expected to be one. */
export function structuredOf<T>(message: Message): T {
  const { result } = message;
  if (result?.structuredContent === undefined) throw new Error(`no answer: ${JSON.stringify(message).slice(0, 300)}`);
  return result.structuredContent as T;
}

/** An error of the catalogue that is the caller's to mend, or an answer; anything else is a failure. */
export function verdictOn(message: Message): Verdict {
  if (message.error) {
    const { code, message: text } = message.error;
    if (code === -32603 || !Number.isInteger(code)) return failed(`error ${code} ${text}`);
    return { how: 'refused', said: String(code) };
  }
  if (message.result === undefined) return failed(`neither result nor error: ${JSON.stringify(message).slice(0, 200)}`);
  if (message.result.isError !== true) return { how: 'answered', said: '' };
  const text = textOf(message);
  const code = /^([A-Z_]+(?:_\d{3})?) /.exec(text)?.[1] ?? '';
  const known = (ERRORS as Readonly<Record<string, { readonly http: number }>>)[code];
  if (known === undefined) return failed(`no code of the catalogue: ${text.slice(0, 200)}`);
  if (known.http === 500) return failed(text.slice(0, 200));
  return { how: 'refused', said: code };
}
