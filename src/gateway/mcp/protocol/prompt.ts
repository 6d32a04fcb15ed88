import type * as z from 'zod';
import type { CallContext } from '../../../contract/call-context.ts';
import { printableJson } from '../../../plain-text.ts';
import type { Services } from '../../../services.ts';

export interface PromptArgument {
  readonly description: string;
  readonly required: boolean;
  /** What it may be; any text when absent. */
  readonly schema?: z.ZodType<string>;
  complete?(services: Services, ctx: CallContext, typed: string): Promise<string[]> | string[];
}

/** A ready-made request: data, and one function that writes the message. */
export interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: Readonly<Record<string, PromptArgument>>;
  /** The user message. Arguments are quoted as data. */
  render(args: Readonly<Record<string, string | undefined>>): string;
}

/** Text from outside as one JSON string, so that it cannot be read as part of the request. */
export const quoted = (text: string): string => printableJson(text);
