import type { ReceivedTrace } from './delegation-trace.ts';
import type { Principal } from './principal.ts';
import type { Priority } from './priority.ts';

/** Who calls, and how: the first argument of every method of every service. */
export interface CallContext {
  readonly principal: Principal;
  readonly signal?: AbortSignal;
  /** Where the call came from, as one word; absent where there is one client only. Callers without an account share by it. */
  readonly client?: string;
  /** Folders that the caller's client allows, besides the configured ones. */
  readonly roots?: readonly string[];
  /** Whom the question came through; absent: it was not handed on by an agent. */
  readonly delegation?: ReceivedTrace;
  /** When the caller waits no longer, on the clock of `performance.now()`: a batch then ends with what it has. */
  readonly until?: number;
  /** How urgent it is where analyses wait in a queue; absent: normal. */
  readonly priority?: Priority;
  /** Where there is no place it asks again by itself, until it has one: only the end of that is counted. */
  readonly asksAgain?: boolean;
  /** It repeats what the queue has kept since it failed: another failure is not kept besides. */
  readonly repeats?: boolean;
  /** Under which the caller sends the same request again, also to a process that knows nothing of it: what costs money is done once. */
  readonly requestKey?: string;
  /** Called at real stage boundaries. */
  readonly progress?: (done: number, total: number, message: string) => void;
}
