import type { UnitSystem } from '../../contract/length-unit.ts';
import type { Condition } from '../../contract/rule.ts';
import type { Timing } from '../../contract/timing.ts';
import type { Verdict, VerdictKind } from '../../contract/verdict.ts';
import type { SceneIndex } from '../scene-index.ts';
import type { OperatorStatement } from '../statement.ts';
import type { ThresholdTest } from './interval-table.ts';

/** Why a finding is not plainly what the numbers say. */
export type ResultCode =
  | 'measured'
  /** No length in mm: no calibration, or an object that could not be placed on the table. */
  | 'no_mm'
  /** One stands on the other. */
  | 'stacked'
  /** One may stand on the other. */
  | 'maybe_stacked'
  /** Judged in the image, without mm. */
  | 'pixels'
  /** The border of the image stands in for the edge of the table. */
  | 'no_edge'
  /** No edge of the table is in sight: it goes on at least so far. */
  | 'out_of_sight'
  | 'no_zone'
  /** What is missing may be there: the model does not find all of it. */
  | 'maybe_missed'
  /** It asks for one of the second selector, and there is none. */
  | 'absent'
  | 'too_few';

/** One finding about one pair or set, as numbers; the sentence is made only for those that are shown. */
export interface PairResult {
  kind: VerdictKind;
  /** Indices into the scene's objects; -1: none. */
  a: number;
  b: number;
  /** All members where there are others than a and b. */
  members: readonly number[] | null;
  /** mm, a count, or NaN. */
  measured: number;
  /** Half width of the 90 % interval, or NaN. */
  half: number;
  /** How far on the required side of the threshold, or NaN. */
  margin: number;
  code: ResultCode;
  /** That the rule holds, where the operator says so itself; NaN: it follows from margin and half width, or nobody knows. */
  probability: number;
  /** The rule would be broken, but only if the object has the attribute, which the image does not show. */
  unseen: boolean;
  /** The rule would be broken, if it lasts or at its hours, which one scene does not show. */
  untimed: boolean;
}

/** Takes the findings of one condition; called once per pair or set. */
export type ResultSink = (
  kind: VerdictKind,
  a: number,
  b: number,
  measured: number,
  half: number,
  margin: number,
  code: ResultCode,
  members?: readonly number[],
  probability?: number,
) => void;

/** One condition on one scene. `first` and `second` are the objects its selectors mean. */
export interface ConditionContext {
  readonly index: SceneIndex;
  readonly condition: Condition;
  readonly first: readonly number[];
  readonly second: readonly number[];
  /** Of the sentences; metric when absent. Numbers are mm. */
  readonly units?: UnitSystem;
  /** When the rule is broken in time, which one scene does not show. */
  readonly timing?: Timing;
}

/** Where a length runs: between outlines or middles, or to the edge of the table or the border of the rule's zone. */
export type Ends = 'outlines' | 'centres' | 'table' | 'zone';

/** One operator of the rule vocabulary: what it says, and how it is judged on a scene. */
export interface OperatorSpec extends OperatorStatement {
  readonly unit: Verdict['unit'];
  readonly ends: Ends;
  /** `pair`: needs an object of both selectors; `each`: of the first; `set`: speaks of the first selector as a whole. */
  readonly subject: 'pair' | 'each' | 'set';
  /** That there is none of the first selector is a finding, too. */
  readonly decidesOnNone?: boolean;
  /** It asks for some one of the second selector: where there is none, it is broken. */
  readonly needsOne?: boolean;
  /** What the measured value is compared with; null when nothing is. */
  required(condition: Condition): number | null;
  /** Judges every pair or set that the condition speaks of. */
  evaluate(ctx: ConditionContext, sink: ResultSink): void;
  /** The same for what can change when these objects move; absent: all of it can. */
  evaluateMoved?(ctx: ConditionContext, moved: readonly boolean[], sink: ResultSink): void;
  /** The same for one pair; absent: as if the selectors meant only the two. */
  evaluatePair?(ctx: ConditionContext, a: number, b: number, sink: ResultSink): void;
  /** All pairs at once, as one length against one threshold; absent or null: `evaluate` has to look at each. */
  compare?(ctx: ConditionContext): ThresholdTest | null;
  /** One line in plain words. */
  explain(ctx: ConditionContext, result: PairResult): string;
}
