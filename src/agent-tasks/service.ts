import type { CallContext } from '../contract/call-context.ts';

/** What an agent asked for, as it is kept. */
export interface AgentTask {
  readonly id: string;
  readonly contextId: string;
  /** As the protocol names it. */
  readonly state: string;
  /** Since when, ISO 8601. */
  readonly statusAt: string;
  /** Plain JSON. */
  readonly task: Readonly<Record<string, unknown>>;
}

export interface KeptTask extends AgentTask {
  /** Whoever worked on it has gone, and nobody will end it. */
  readonly lost: boolean;
}

export interface TaskFilter {
  readonly contextId?: string;
  readonly state?: string;
  /** Only what changed later, ISO 8601. */
  readonly after?: string;
}

export interface TaskPage {
  readonly tasks: readonly KeptTask[];
  readonly nextCursor: string | null;
  /** Of all pages. */
  readonly total: number;
}

/** Where somebody wants to hear of a task. */
export interface PushTarget {
  readonly id: string;
  readonly url: string;
  readonly token: string;
  readonly authentication: { readonly scheme: string; readonly credentials: string } | null;
  /** Version of the protocol that it was asked in. */
  readonly version: string;
}

export interface PushMessage {
  readonly contentType: string;
  readonly body: string;
}

/** Tasks of agents, each its caller's own: a stranger's is not there. */
export interface AgentTasks {
  /** `working`: by this process, which says so should it be read after its end. */
  save(ctx: CallContext, task: AgentTask, options?: { working?: boolean }): Promise<void>;
  get(ctx: CallContext, id: string): Promise<KeptTask | null>;
  /** Latest change first. Throws VALIDATION_002 for a cursor that is none. */
  list(ctx: CallContext, filter: TaskFilter, page: { limit: number; cursor?: string }): Promise<TaskPage>;
  /** Throws VALIDATION_007 for an address that is never called. */
  check(url: string): void;
  /** Throws VALIDATION_007, and VALIDATION_002 for one too many. */
  addTarget(ctx: CallContext, taskId: string, target: PushTarget): Promise<void>;
  targets(ctx: CallContext, taskId: string): Promise<PushTarget[]>;
  removeTarget(ctx: CallContext, taskId: string, id: string): Promise<void>;
  /** To every target, in the order of the calls; when it resolves that is written down, and arrives whatever is killed. */
  tell(ctx: CallContext, taskId: string, message: (version: string) => PushMessage): Promise<void>;
  /** Resolves when all that was told of it so far is written down. */
  told(taskId: string): Promise<void>;
  /** Those of which somebody wants to hear and that nobody works on any more, of all owners. */
  lostTasks(): Promise<{ readonly id: string; readonly owner: string }[]>;
  close(): void;
}
