import * as z from 'zod';
import { Analysis } from './analysis.ts';
import { AnalyzeRequest } from './analyze-request.ts';
import { SceneDrawing } from './scene-drawing.ts';

const Vector = z.tuple([z.number(), z.number()]);
const ObjectMove = z
  .strictObject({
    object_id: z.string().min(1).max(64),
    vector_px: Vector.optional().describe('of its foot in the image, x to the right, y down'),
    vector_mm: Vector.optional().describe('on the table, x to the right, y toward the viewer'),
  })
  .refine(({ vector_px, vector_mm }) => (vector_px === undefined) !== (vector_mm === undefined), {
    error: 'give one of vector_px and vector_mm',
  });

/** Things of a stored scene somewhere else. */
export const WhatIfRequest = z.strictObject({
  moves: z.array(ObjectMove).min(1).max(50),
  strategy: AnalyzeRequest.shape.strategy,
  movable: AnalyzeRequest.shape.movable,
});
export type WhatIfRequest = z.output<typeof WhatIfRequest>;

export const WhatIf = z.strictObject({
  analysis: Analysis.omit({ timestamp: true, cached: true, processing_time_ms: true }).describe(
    'as if they lay there; the rules are those of now',
  ),
  drawing: SceneDrawing,
});
export type WhatIf = z.infer<typeof WhatIf>;
