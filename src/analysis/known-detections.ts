import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { UNKNOWN_BOX_NOISE } from '../contract/box-noise.ts';
import { KnownDetections } from '../contract/known-detections.ts';
import type { Image } from '../image/image.ts';
import type { Cache, CacheKey, KeepOptions } from '../ports/cache.ts';
import type { DetectOptions, Detector, DetectResult, ModelIdentity } from '../ports/detector.ts';
import { SingleFlight } from '../single-flight.ts';

interface Parts {
  readonly detector: Detector;
  readonly cache: Cache;
  /** Of the program: its manifest and what it makes of a model's numbers. */
  readonly version: string;
}

/**
 * The detector, asked once about an image: what it found is kept, whatever rules are checked on it and whoever asks, and who
 * asks meanwhile gets the same answer.
 */
export function knownDetections({ detector, cache, version }: Parts): (keep: KeepOptions) => Detector {
  const flights = new SingleFlight<DetectResult>();
  return (keep) => ({
    identity: (options) => detector.identity(options),
    warnings: () => detector.warnings(),
    warm: () => detector.warm(),
    async detect(image, options) {
      const identity = await detector.identity(options);
      const key = keyOf(identity, version, image, options);
      const known = await cache.get(key, ownWords(identity, await detector.warnings()));
      if (known !== undefined) return asDetected(known as DetectResult);
      return flights.run(key.digest, options.signal, async (signal) => {
        const found = await detector.detect(image, { ...options, signal });
        void cache.set(key, found, keep);
        return found;
      });
    },
  });
}

/** Where a threshold is given it holds for every class, else each has its own: the same number is not the same question. */
function keyOf(identity: ModelIdentity, version: string, image: Image, options: DetectOptions): CacheKey {
  const asked = [version, identity, options.threshold ?? null];
  const digest = createHash('sha256')
    .update(JSON.stringify([image.sha256, ...asked]))
    .digest('hex');
  return { kind: 'detections', subject: image.sha256, digest };
}

/** Of this very model, and with no words but ours: they are read by people and by models. */
function ownWords(identity: ModelIdentity, ours: readonly string[]) {
  return KnownDetections.refine(
    ({ model: { provider: _, ...model }, warnings = [] }) =>
      isDeepStrictEqual(model, identity) && warnings.every((text) => ours.includes(text)),
  );
}

/** What was assumed is known by what it is. */
function asDetected(known: DetectResult): DetectResult {
  const { sigma, byScore, classes } = known.boxNoise;
  const isAssumed = sigma === UNKNOWN_BOX_NOISE.sigma && byScore === undefined && classes === undefined;
  return isAssumed ? { ...known, boxNoise: UNKNOWN_BOX_NOISE } : known;
}
