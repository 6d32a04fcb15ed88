import * as z from 'zod';
import { namedBox } from './box-spelling.ts';
import { COCO80 } from './coco.ts';
import { namedDetection } from './detection-spelling.ts';
import { isOneLine, ONE_LINE } from './one-line.ts';
import { spelled } from './spelled.ts';

/** [x1, y1, x2, y2] in pixels of the upright image. */
export type Box = readonly [number, number, number, number];

export interface Detection {
  /** Class name of ours, e.g. `mug`. */
  readonly class: string;
  /** The model's own name where it differs, e.g. `cup`. */
  readonly sourceClass?: string;
  /** 0..1 */
  readonly confidence: number;
  readonly bbox: Box;
}

/** Detections handed in by the caller instead of a model run. */
export const DetectionInput = spelled(
  z.strictObject({
    class: z
      .string()
      .min(1)
      .max(64)
      .refine(isOneLine, ONE_LINE)
      .describe('mug, laptop, keyboard, … (cup and cell phone are mapped)'),
    bbox: spelled(z.tuple([z.number(), z.number(), z.number(), z.number()]).describe('[x1,y1,x2,y2] pixels'), namedBox),
    confidence: z.number().min(0).max(1).default(1),
  }),
  namedDetection,
);
export type DetectionInput = z.infer<typeof DetectionInput>;

/** single: the whole image; tiled: it, its mirror image and four overlapping quarters, fused. */
export const Inference = z.enum(['single', 'tiled']);
export type Inference = z.infer<typeof Inference>;

/** The embedded model's classes, in its output order. Rules speak of these. */
export const CLASSES = [
  'mug',
  'glass',
  'bottle',
  'bowl',
  'laptop',
  'keyboard',
  'mouse',
  'phone',
  'book',
  'monitor',
  'coaster',
  'desk_mat',
  'table',
] as const;
export type DeskClass = (typeof CLASSES)[number];

const OURS: Readonly<Record<string, DeskClass>> = {
  cup: 'mug',
  'wine glass': 'glass',
  'cell phone': 'phone',
  tv: 'monitor',
  'dining table': 'table',
};
const BY_COCO: ReadonlyMap<string, string> = new Map(
  COCO80.map((name) => [name, OURS[name] ?? name.replaceAll(' ', '_')]),
);

/** COCO names to ours (`cup`: `mug`, `potted plant`: `potted_plant`); other names stay as they are. */
export function deskClass(source: string): string {
  return BY_COCO.get(source) ?? source;
}
