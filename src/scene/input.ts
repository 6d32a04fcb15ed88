import type { BoxNoise } from '../contract/box-noise.ts';
import type { CalibrationInput, ZoneInput } from '../contract/calibration.ts';
import type { Detection } from '../contract/detection.ts';
import type { FocalTrust } from '../contract/focal-length.ts';
import type { ImageGradient } from '../contract/image-gradient.ts';
import type { ClassRecall } from '../contract/recall.ts';
import type { SeenTags } from '../contract/seen-tag.ts';
import type { Calibration } from './types.ts';

/** Everything that a scene is built from. */
export interface SceneInput {
  readonly width: number;
  readonly height: number;
  readonly detections: readonly Detection[];
  readonly boxNoise: BoxNoise;
  /** Of the model that looked; absent: the detections are all there is. */
  readonly classRecall?: ClassRecall;
  /** Absent: only the boxes are known. */
  readonly gradient?: ImageGradient;
  /** Tags of our printed sheet; absent: none was looked for or found. */
  readonly markers?: SeenTags;
  readonly focal35mm: number | null;
  /** Absent: right to 3 %. */
  readonly focalTrust?: FocalTrust;
  /** Null: the printed sheet is looked for, then objects of known size. */
  readonly calibration: CalibrationInput | null;
  /** A stored calibration takes the place of `calibration`; width and height in pixels are those it was made for. */
  readonly storedCalibration?: { readonly calibration: Calibration; readonly width: number; readonly height: number };
  readonly zones: readonly ZoneInput[];
  /** Corners of the table top in pixels, when the caller knows them. */
  readonly tablePx: readonly (readonly [number, number])[] | null;
  readonly context: string | null;
}
