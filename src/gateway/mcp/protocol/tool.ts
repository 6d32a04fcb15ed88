import type { InputRequiredResult } from '@modelcontextprotocol/server';
import type * as z from 'zod';
import type { Permission, Principal } from '../../../contract/principal.ts';
import type { ToolAnswer } from '../../../presentation/answer.ts';
import type { Services } from '../../../services.ts';
import type { Aliases } from '../../lenient/aliases.ts';
import type { ClientModel } from '../elicitation/client-model.ts';
import type { RoundState } from '../elicitation/round-state.ts';

/** What clients use to decide whether a person must approve the call. All four are stated on every tool. */
export interface Annotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** One call, as a tool sees it. */
export interface ToolCall {
  readonly services: Services;
  readonly principal: Principal;
  /** As in the call's context. */
  readonly client?: string;
  /** Aborted when the caller cancels, goes away, or the time is over. */
  readonly signal: AbortSignal;
  /** As in the call's context; absent: nobody counts its time. */
  readonly until?: number;
  /** Folders of a local client; absent over HTTP and until the client told them. */
  readonly roots?: readonly string[];
  /** False in read-only mode: nothing may be stored. */
  readonly mayStore: boolean;
  /** Reports a stage that is done; free where the client did not ask for progress. */
  progress(done: number, total: number, message: string): void;
  /** True when the client can put a form before a person. */
  readonly canAsk: boolean;
  /** The person's answer to the form `key` of this call; undefined when it was not asked yet. */
  answer(key: string): { accepted: true; content: Record<string, unknown> } | { accepted: false } | undefined;
  /** The client's language model; absent where it lends none. */
  readonly model?: ClientModel;
  /** What this call sealed before it asked. */
  readonly state?: RoundState;
  /** Signs what must survive until the client's next round. */
  seal(state: RoundState): Promise<string>;
}

export interface ToolDefinition<I extends z.ZodObject, O extends z.ZodObject | null> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** What the caller must be allowed to, whatever the arguments are; services ask for it, and perhaps for more. */
  readonly permission: Permission;
  readonly annotations: Annotations;
  /** In read-only mode: not offered, offered as it is, or offered without storing anything. */
  readonly readOnlyMode: 'hidden' | 'same' | 'without_storing';
  readonly input: I;
  readonly output: O;
  /** Other names that agents use for an argument. */
  readonly aliases?: Aliases;
  /** View shown beside the answer by hosts with MCP Apps. */
  readonly view?: string;
  run(args: z.output<I>, call: ToolCall): Promise<ToolAnswer<Output<O>> | InputRequiredResult>;
}

type Output<O extends z.ZodObject | null> = O extends z.ZodObject ? z.input<O> : null;

/** A tool whose argument types are checked where it is defined and erased here. */
export type Tool = Omit<ToolDefinition<z.ZodObject, z.ZodObject | null>, 'run'> & {
  run(args: unknown, call: ToolCall): Promise<ToolAnswer<unknown> | InputRequiredResult>;
};

export function defineTool<I extends z.ZodObject, O extends z.ZodObject | null>(
  definition: ToolDefinition<I, O>,
): Tool {
  return definition as unknown as Tool;
}
