import * as z from 'zod';
import { isOneLine } from './one-line.ts';

/** What a model found in an image, as a cache that others write to gives it back: what is measured of it, its card says. */

/** As many as a model may give. */
export const MOST_DETECTIONS = 1000;

const Word = z.string().min(1).max(64).refine(isOneLine);
const Share = z.number().min(0).max(1);
const Pixel = z.number().min(-1e6).max(1e6);

export const KnownDetections = z.strictObject({
  detections: z
    .array(
      z.strictObject({
        class: Word,
        sourceClass: Word.optional(),
        confidence: Share,
        bbox: z.tuple([Pixel, Pixel, Pixel, Pixel]).refine(([x1, y1, x2, y2]) => x1 <= x2 && y1 <= y2),
      }),
    )
    .max(MOST_DETECTIONS),
  model: z.strictObject({
    name: Word,
    version: Word,
    threshold: Share,
    inference: z.enum(['single', 'tiled']),
    provider: z.string().regex(/^[a-z]{1,20}(\+[a-z]{1,20})?$/),
  }),
  warnings: z.array(z.string().max(500).refine(isOneLine)).max(20).optional(),
});
