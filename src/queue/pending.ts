import type { Done } from '../analysis/away/outcome.ts';
import type { Stage } from '../analysis/each-once.ts';
import type { Caller } from '../analysis/gate/gate.ts';
import type { Judged } from '../analysis/judge.ts';
import type { Priority } from '../contract/priority.ts';

/** An analysis that somebody here waits for. */
export interface Pending {
  readonly id: string;
  readonly priority: Priority;
  readonly owner: string;
  readonly caller: Caller;
  readonly keepsFailure: boolean;
  readonly work: Buffer;
  readonly question: string;
  readonly atOnce: number;
  /** Called at a stage the first time that a worker comes to it. */
  readonly stage: (stage: Stage) => void;
  readonly resolve: (done: Done) => void;
  readonly reject: (error: unknown) => void;
  /** When anything was heard of it, ms of this process. */
  heardAt: number;
  readonly begunAt: number;
  /** When a worker took it the last time, ms of this process; null: none did. */
  takenAt: number | null;
  /** How often one took it. */
  takes: number;
  /** Looks in a row at which Redis knew nothing of it. */
  missing: number;
}

export const withWarning = (judged: Judged, warning: string): Judged => ({
  ...judged,
  content: { ...judged.content, warnings: [warning, ...judged.content.warnings] },
});
