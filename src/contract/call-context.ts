import type { Principal } from './principal.ts';

/** Who calls, and how: the first argument of every method of every service. */
export interface CallContext {
  readonly principal: Principal;
  readonly signal?: AbortSignal;
  /** Folders that the caller's client allows, besides the configured ones. */
  readonly roots?: readonly string[];
  /** Called at real stage boundaries. */
  readonly progress?: (done: number, total: number, message: string) => void;
}
