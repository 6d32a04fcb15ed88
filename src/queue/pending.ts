import type { Done } from '../analysis/away/outcome.ts';
import type { Judged } from '../analysis/judge.ts';
import type { Priority } from '../contract/priority.ts';

export type Stage = 'detect' | 'measure' | 'check';

/** An analysis that somebody here waits for. */
export interface Pending {
  readonly id: string;
  readonly priority: Priority;
  readonly owner: string;
  readonly keepsFailure: boolean;
  readonly work: Buffer;
  /** Called at a stage the first time that a worker comes to it. */
  readonly stage: (stage: Stage) => void;
  readonly resolve: (done: Done) => void;
  readonly reject: (error: unknown) => void;
  /** When anything was heard of it, ms of this process. */
  heardAt: number;
  /** Looks in a row at which Redis knew nothing of it. */
  missing: number;
}

const STAGES: readonly Stage[] = ['detect', 'measure', 'check'];

/** Each stage once, in order, however often a job is begun again. */
export function eachOnce(step: (stage: Stage) => void): (stage: Stage) => void {
  let next = 0;
  return (stage) => {
    for (const to = STAGES.indexOf(stage); next <= to; next += 1) step(STAGES[next]!);
  };
}

export const withWarning = (judged: Judged, warning: string): Judged => ({
  ...judged,
  content: { ...judged.content, warnings: [warning, ...judged.content.warnings] },
});
