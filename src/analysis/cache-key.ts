import { createHash } from 'node:crypto';
import type { AnalyzeRequest } from '../contract/analyze-request.ts';
import type { Detector } from '../ports/detector.ts';

export interface KeyParts {
  readonly image: string | null;
  /** Null when the caller gave the detections. */
  readonly model: ReturnType<Detector['identity']> | null;
  /** Identity of the stored calibration, when one is used. */
  readonly calibration: string | null;
  readonly rulesRevision: number;
}

/** Holds all that can change the answer: two requests with the same key have the same answer. */
export function cacheKey(request: AnalyzeRequest, parts: KeyParts): string {
  const answerShaping = {
    ...parts,
    detections: request.detections ?? null,
    size: request.size ?? null,
    box_noise: request.boxNoise ?? null,
    calibration_input: request.calibration ?? null,
    zones: request.zones ?? [],
    table: request.tablePx ?? null,
    context: request.context ?? null,
    feedback: request.includeFeedback ?? true,
    units: request.units ?? 'metric',
    strategy: request.strategy ?? null,
    movable: request.movable ?? null,
    extra_rules: request.extraRules ?? [],
    only_rules: request.onlyRules ?? null,
  };
  return `analysis:${createHash('sha256').update(JSON.stringify(answerShaping)).digest('hex')}`;
}
