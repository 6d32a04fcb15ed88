import * as z from 'zod';
import { VerdictKind } from './verdict.ts';

const Px = z.tuple([z.number(), z.number()]);
const Outline = z.array(Px);

/** A stored scene in pixels of the upright image: what a view lays over the photo. */
export const SceneDrawing = z.strictObject({
  objects: z.array(
    z.strictObject({
      id: z.string(),
      footprint_px: Outline.nullable().describe('where it stands; null: no scale, or out of sight'),
      error_px: Outline.nullable().describe('where its middle is, 90 %'),
      own_error_mm: z
        .number()
        .nullable()
        .describe('of its place, half width of the 90 % interval, without what all places share'),
    }),
  ),
  links: z
    .array(
      z.strictObject({
        verdict: VerdictKind,
        objects: z.array(z.string()),
        from: Px,
        to: Px,
        title: z.string().describe('what was measured'),
        detail: z.string().nullable().describe('what is wanted'),
        error_share: z.number().nullable().describe('half width of the 90 % interval / length; null: unknown'),
      }),
    )
    .describe('one for each pair: its worst verdict'),
  zones: z.array(z.strictObject({ name: z.string(), kind: z.string(), polygon_px: Outline })),
  table: z.strictObject({ reference: z.enum(['declared', 'visible', 'surface', 'image']), polygon_px: Outline }),
  sheet_px: Outline.nullable().describe('the printed sheet'),
  homography: z.array(z.number()).length(9).nullable().describe('pixels to mm on the table, row by row'),
});
export type SceneDrawing = z.infer<typeof SceneDrawing>;
