import type { Move } from '../placement/types.ts';
import type { Verdict } from '../rules/verdict.ts';
import type { Scene } from '../scene/types.ts';

/** What is kept with an analysis so that its picture can be drawn again. */
export interface DrawState {
  readonly scene: Scene;
  readonly verdicts: readonly Verdict[];
  readonly moves: readonly Move[];
}
