import type { DetectOptions, Detector, DetectorCard, ModelIdentity } from '../../ports/detector.ts';

/** A detector on this machine: it need not ask anybody what would run. */
export interface LocalDetector extends Omit<Detector, 'identity' | 'card' | 'warnings'> {
  identity(options: DetectOptions): ModelIdentity;
  card(options: DetectOptions): DetectorCard;
  warnings(): readonly string[];
}
