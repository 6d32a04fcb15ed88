import type { Detection } from '../../contract/detection.ts';
import type { Rule } from '../../contract/rule.ts';
import type { WatchEvent, WatchTiming } from '../../contract/watch.ts';
import type { Scene } from '../../scene/types.ts';
import type { CameraState } from './state.ts';

/** What evaluation in time needs of a rule. */
export type WatchedRule = Pick<Rule, 'rule_id' | 'conditions' | 'context' | 'timing'>;

/** A detection below the threshold. */
export type Faint = Pick<Detection, 'class' | 'bbox' | 'confidence'>;

/** One look of a camera. */
export interface Frame {
  readonly at: Date;
  /** Of the stored analysis; null: nothing was stored. */
  readonly analysis_id: string | null;
  /** As the pipeline measured it (`DrawState.scene`). Null with `skipped`: nothing changed since the frame before. */
  readonly scene: Scene | null;
  /** What was found in the same picture and is not believed. */
  readonly faint?: readonly Faint[];
  readonly skipped?: boolean;
  /** False: the camera was moved since it was calibrated, so that millimetres mean nothing. */
  readonly calibration_ok: boolean;
}

export interface Observed {
  readonly state: CameraState;
  /** In the order in which they are to be told. */
  readonly events: readonly WatchEvent[];
  /** With ids of tracks and positions averaged over time; null until a scene was seen. */
  readonly scene: Scene | null;
  /** Why the frame was not taken in; null: it was. */
  readonly ignored: 'duplicate' | 'older' | null;
}

/** `observe(state, frame, rules, settings)`: what one look changes. Pure; never throws. */
export type Observe = (
  state: CameraState,
  frame: Frame,
  rules: readonly WatchedRule[],
  settings: WatchTiming,
) => Observed;
/** `unreachable(state, at, reason, settings)`: no frame could be read. */
export type Unreachable = (state: CameraState, at: Date, reason: string, settings: WatchTiming) => Observed;
