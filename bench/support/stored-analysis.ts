import type { NewAnalysis, Outcome } from '../../src/ports/records.ts';
import { sampleAnalysis } from '../../tests/support/samples.ts';

/** Records of the size of a full desk; so many different ones, written again and again, so that the file stays small. */
export const KINDS = 200;
export const OWNER = 'local';

const detections = Array.from({ length: 390 }, (_, i) => ({
  class: 'mug' as const,
  confidence: 0.5 + i / 1000,
  bbox: [i, 2 * i, i + 61.25, 2 * i + 80.5] as const,
  label: `a mug of ${i} on the desk`,
}));
const analysis = sampleAnalysis({ detections: detections as never });
const state = { scene: { objects: detections }, verdicts: [], moves: [] };

export const storedAnalysis = (n: number): NewAnalysis => ({
  owner: OWNER,
  analysis: { ...analysis, analysis_id: `ana_${n % KINDS}`, timestamp: new Date(1e12 + n).toISOString() },
  imageKey: `image/${n % KINDS}`,
  state,
});

export const OUTCOMES: readonly Outcome[] = Array.from({ length: 10 }, (_, i) => ({
  rule_id: `rule_${i}`,
  verdict: 'satisfied',
}));
