import type { Verdict } from '../contract/verdict.ts';
import type { Move } from '../placement/types.ts';
import type { Scene } from '../scene/types.ts';

/** A verdict with what its rule says about where it is measured, which no list of verdicts repeats. */
export interface DrawnVerdict extends Verdict {
  readonly zone?: string;
  readonly reference?: 'edge' | 'centre';
}

/** What is kept with an analysis so that its image can be drawn again. */
export interface DrawState {
  readonly scene: Scene;
  readonly verdicts: readonly DrawnVerdict[];
  readonly moves: readonly Move[];
}
