import type { DetectOptions, Detector, ModelIdentity } from '../../ports/detector.ts';

/** A detector on this machine: it need not ask anybody what would run. */
export interface LocalDetector extends Omit<Detector, 'identity' | 'warnings'> {
  identity(options: DetectOptions): ModelIdentity;
  warnings(): readonly string[];
}
