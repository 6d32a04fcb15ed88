import type { Detection } from '../../contract/detection.ts';
import type { Image } from '../../image/image.ts';
import type { DetectOptions, DetectResult } from '../../ports/detector.ts';
import { FELL_BACK } from '../runtime/inference-server/server-first.ts';
import type { LocalDetector } from './local-detector.ts';

/** The stronger model's objects, and those of the `added` classes from our own detector, both on the same image. */
export function ensemble(stronger: LocalDetector, desk: LocalDetector, added: readonly string[]): LocalDetector {
  return {
    identity(options: DetectOptions) {
      const a = stronger.identity(options);
      const b = desk.identity(options);
      return {
        name: `${a.name}+${b.name}`,
        version: `${a.version}+${b.version}@${b.threshold}:${added.join()}`,
        threshold: a.threshold,
        inference: a.inference,
      };
    },

    card(options: DetectOptions) {
      const alike = { ...options, inference: stronger.identity(options).inference };
      const [a, b] = [stronger.card(alike), desk.card(alike)];
      const { classes, ...rest } = b.boxNoise;
      const noise = Object.fromEntries(added.map((name) => [name, classes?.[name] ?? rest]));
      return {
        boxNoise: { ...a.boxNoise, classes: { ...a.boxNoise.classes, ...noise } },
        classRecall: {
          ...a.classRecall,
          ...Object.fromEntries(added.map((name) => [name, b.classRecall[name] ?? null])),
        },
      };
    },

    async detect(image: Image, options: DetectOptions): Promise<DetectResult> {
      // Both run as the stronger one does, so that the identity says it all.
      const alike = { ...options, inference: stronger.identity(options).inference };
      const [a, b] = await both(stronger.detect(image, alike), desk.detect(image, alike));
      const ofBoth = (from: readonly Detection[], own: readonly Detection[]) =>
        [...from, ...own.filter((d) => added.includes(d.class))].sort((x, y) => y.confidence - x.confidence);
      const { provider } = a.model;
      return {
        detections: ofBoth(a.detections, b.detections),
        ...(options.faint !== undefined && { faint: ofBoth(a.faint ?? [], b.faint ?? []) }),
        model: {
          ...this.identity(options),
          provider: provider === b.model.provider ? provider : `${provider}+${b.model.provider}`,
        },
        ...this.card(options),
        // Of the image, which both saw, and of the stronger model.
        warnings: [...new Set([...(a.warnings ?? []), ...(b.warnings ?? []).filter((text) => text === FELL_BACK)])],
      };
    },

    warnings: () => stronger.warnings(),

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
