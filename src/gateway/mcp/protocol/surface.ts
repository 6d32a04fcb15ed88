import type { McpServer, McpServerOptions, ServerNotifier } from '@modelcontextprotocol/server';
import type { Prompt } from './prompt.ts';
import type { Resource } from './resource.ts';
import type { Tool } from './tool.ts';

/** What a server offers; handed in by whoever builds the program. */
export interface McpSurface {
  readonly tools: readonly Tool[];
  readonly resources: readonly Resource[];
  readonly prompts: readonly Prompt[];
  /**
   * Sign what a call keeps between its rounds, the first of them; all are believed. The same on every instance that may answer
   * the next round. Absent: random.
   */
  readonly stateKeys?: () => readonly Uint8Array[];
  /** Every call is answered after so many ms at the latest, time for a person's answer aside. Absent: CALL_LIMIT_MS. */
  readonly callLimitMs?: number;
  readonly extension?: McpExtension;
}

/** Registers more on each server than tools, resources and prompts: the official conformance suite needs it. */
export interface McpExtension {
  readonly options: Partial<McpServerOptions>;
  register(server: McpServer, era: 'legacy' | 'modern'): void;
  /** Is given the notifier of the modern HTTP endpoint. */
  attach(notify: ServerNotifier): void;
}
