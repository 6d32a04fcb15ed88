import { createHash } from 'node:crypto';
import type { CheckedRequest } from '../contract/analyze-request.ts';
import type { ModelIdentity } from '../ports/detector.ts';

export interface KeyParts {
  /** Of the program: after an update nobody gets what the old one said. */
  readonly version: string;
  /** Which records answers name: a cache may be shared by servers with records of their own. */
  readonly store: string;
  /** Id of the principal that asked: answers name stored analyses. */
  readonly owner: string;
  /** sha256 of the image; null when the caller gave detections and a size only. */
  readonly image: string | null;
  /** Null when the caller gave the detections. */
  readonly model: ModelIdentity | null;
  /** Identity of the stored calibration, when one is used. */
  readonly calibration: string | null;
  readonly rulesRevision: string;
  /** Whether the printed sheet is looked for. */
  readonly markers: boolean;
}

/**
 * Two requests with the same key have the same answer. All fields of the request count but those that name the image,
 * which its hash stands for, and those that say what is done with the answer: a new field cannot be forgotten.
 */
export function cacheKey(request: CheckedRequest, parts: KeyParts): string {
  const { image: _image, bytes: _bytes, store: _store, use_cache: _use, ...shaping } = request;
  const sorted = Object.entries(shaping)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([parts, sorted]))
    .digest('hex');
}
