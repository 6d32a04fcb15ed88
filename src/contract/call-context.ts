export interface CallContext {
  readonly signal?: AbortSignal;
  /** Folders that the caller's client allows, besides the configured ones. */
  readonly roots?: readonly string[];
  /** Called at real stage boundaries. */
  readonly progress?: (done: number, total: number, message: string) => void;
}
