import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { deskClass } from '../contract/detection.ts';
import { KnownDetections } from '../contract/known-detections.ts';
import type { Image } from '../image/image.ts';
import type { Cache, CacheKey, KeepOptions } from '../ports/cache.ts';
import type { DetectOptions, Detector, DetectorCard, DetectResult, ModelIdentity } from '../ports/detector.ts';
import { SingleFlight } from '../single-flight.ts';

/** What is kept: noise and recall are the model's own, whoever wrote the entry. */
type Found = Omit<DetectResult, keyof DetectorCard>;

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
    card: (options) => detector.card(options),
    warnings: () => detector.warnings(),
    warm: () => detector.warm(),
    async detect(image, options) {
      const identity = await detector.identity(options);
      const key = keyOf(identity, version, image, options);
      const card = await detector.card(options);
      const known = await cache.get(key, ofModel(identity, card, await detector.warnings()));
      if (known !== undefined) return { ...(known as Found), ...card };
      return flights.run(key.digest, options.signal, async (signal) => {
        const found = await detector.detect(image, { ...options, signal });
        const { boxNoise: _, classRecall: __, ...kept } = found;
        void cache.set(key, kept satisfies Found, keep);
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

/** Of this very model, of classes that it can find, and with no words but ours: they are read by people and by models. */
function ofModel(identity: ModelIdentity, { classRecall }: DetectorCard, ours: readonly string[]) {
  return KnownDetections.refine(
    ({ model: { provider: _, ...model }, detections, warnings = [] }) =>
      isDeepStrictEqual(model, identity) &&
      detections.every(
        (one) => Object.hasOwn(classRecall, one.class) && deskClass(one.sourceClass ?? one.class) === one.class,
      ) &&
      warnings.every((text) => ours.includes(text)),
  );
}
