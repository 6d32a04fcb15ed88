import type { DetectOptions, Detector, DetectResult } from '../analysis/ports.ts';
import type { Image } from '../image/image.ts';

/** What no COCO model knows. */
const DESK_ONLY: ReadonlySet<string> = new Set(['coaster', 'desk_mat']);

/** The stronger model's objects, and coasters and desk mats from our own detector, both on the same picture. */
export function ensemble(stronger: Detector, desk: Detector): Detector {
  return {
    identity(options: DetectOptions) {
      const a = stronger.identity(options);
      const b = desk.identity(options);
      return {
        name: `${a.name}+${b.name}`,
        version: `${a.version}+${b.version}@${b.threshold}`,
        threshold: a.threshold,
        look: a.look,
      };
    },

    async detect(image: Image, options: DetectOptions): Promise<DetectResult> {
      // Both look as the stronger one does, so that the identity says it all.
      const alike = { ...options, look: stronger.identity(options).look };
      const [a, b] = await both(stronger.detect(image, alike), desk.detect(image, alike));
      const ours = b.detections.filter((d) => DESK_ONLY.has(d.class));
      const { classes, ...rest } = b.boxNoise;
      const noise = Object.fromEntries([...DESK_ONLY].map((name) => [name, classes?.[name] ?? rest]));
      const { provider } = a.model;
      return {
        detections: [...a.detections, ...ours].sort((x, y) => y.confidence - x.confidence),
        model: {
          ...this.identity(options),
          provider: provider === b.model.provider ? provider : `${provider}+${b.model.provider}`,
        },
        boxNoise: { ...a.boxNoise, classes: { ...a.boxNoise.classes, ...noise } },
        sight: { ...a.sight, ...Object.fromEntries([...DESK_ONLY].map((name) => [name, b.sight[name] ?? null])) },
      };
    },

    warm() {
      stronger.warm();
      desk.warm();
    },
  };
}

/** Waits for both even when one fails, so that none is left running unobserved. */
async function both<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled([a, b]);
  if (first.status === 'rejected') throw first.reason;
  if (second.status === 'rejected') throw second.reason;
  return [first.value, second.value];
}
