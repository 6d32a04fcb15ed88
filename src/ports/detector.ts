import type { BoxNoise } from '../contract/box-noise.ts';
import type { Detection, Inference } from '../contract/detection.ts';
import type { Priority } from '../contract/priority.ts';
import type { ClassRecall } from '../contract/recall.ts';
import type { Image } from '../image/image.ts';

export interface DetectOptions {
  /** 0..1; the model's own default when absent. */
  readonly threshold?: number;
  /** How thoroughly; the model's own habit when absent. */
  readonly inference?: Inference;
  /** Down to this score, what is not believed is told too, apart: 0..1. Absent: it is not. */
  readonly faint?: number;
  readonly signal?: AbortSignal;
  /** Among what waits for the model; normal when absent. */
  readonly priority?: Priority;
}

/** What was measured of a model: holds for whatever it finds. */
export interface DetectorCard {
  readonly boxNoise: BoxNoise;
  /** What it can find, and how much of that. */
  readonly classRecall: ClassRecall;
}

export interface DetectResult extends DetectorCard {
  readonly detections: readonly Detection[];
  /** Below the threshold, where that was asked for. */
  readonly faint?: readonly Detection[];
  readonly model: ModelIdentity & { readonly provider: string };
  /** What a reader must know about this model. */
  readonly warnings?: readonly string[];
}

/** What would run now; part of the cache key. */
export interface ModelIdentity {
  readonly name: string;
  readonly version: string;
  readonly threshold: number;
  readonly inference: Inference;
}

export interface Detector {
  /** Fails with ANALYSIS_001 when no model is installed. */
  identity(options: DetectOptions): Promise<ModelIdentity>;
  /** Of what would run now. */
  card(options: DetectOptions): Promise<DetectorCard>;
  detect(image: Image, options: DetectOptions): Promise<DetectResult>;
  /** All that a result may warn of, in its words. */
  warnings(): Promise<readonly string[]>;
  /** Loads and warms in the background; never throws. */
  warm(): void;
}
