import * as z from 'zod';
import { Verdict } from './verdict.ts';

const Px = z.strictObject({ x: z.number(), y: z.number() });

export const AnalysedObject = z.strictObject({
  id: z.string(),
  class: z.string(),
  source_class: z.string().optional(),
  confidence: z.number(),
  also_seen_as: z
    .array(z.strictObject({ class: z.string(), confidence: z.number() }))
    .optional()
    .describe('other names given to the same thing'),
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  position: z.strictObject({
    x: z.number(),
    y: z.number(),
    distance_to_edge: z.number().describe('px'),
    edge_reference: z.enum(['declared', 'visible', 'surface', 'image']),
    x_mm: z.number().nullable(),
    y_mm: z.number().nullable(),
    uncertainty_mm: z.number().nullable().describe('half width of the 90 % interval'),
    measured_from: z
      .enum(['outline', 'box'])
      .optional()
      .describe('millimetres from its outline in the image, or from its box alone'),
    distance_to_edge_mm: z.number().nullable(),
    edge_at_least_mm: z.number().optional().describe('the table goes on at least so far (90 %)'),
  }),
  on: z.array(z.strictObject({ id: z.string(), probability: z.number() })).optional(),
  attributes: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
export type AnalysedObject = z.infer<typeof AnalysedObject>;

export const Adjustment = z.strictObject({
  object_id: z.string(),
  type: z.enum(['move_left', 'move_right', 'move_up', 'move_down']),
  distance_mm: z.number().nullable(),
  vector_mm: z.tuple([z.number(), z.number()]).nullable(),
  vector_px: z.tuple([z.number(), z.number()]),
  farther_mm: z.tuple([z.number(), z.number()]).optional().describe('to the nearest sure place, beyond 300 mm'),
  reason: z.string(),
  rule_ids: z.array(z.string()),
  verified: z.boolean().describe('on the moved scene its rules surely hold, none comes off worse'),
  sight: z.enum(['plain', 'likely', 'unclear', 'unseen']).optional().describe('its new place'),
  unverified: z.string().optional().describe('in few words: what was not verified, or is to be checked'),
});

export const Positioning = z.strictObject({
  optimal_position: Px.nullable().describe('px, of the worst mug'),
  adjustments_needed: z.array(Adjustment),
  safety_score: z.number().nullable().describe('0..1; null: no rule applied, or none is broken but some are uncertain'),
  infeasible: z.strictObject({ rule_ids: z.array(z.string()), explanation: z.string() }).nullable(),
  mugs: z.array(z.strictObject({ id: z.string(), optimal_position: Px.nullable(), adjustments: z.array(Adjustment) })),
});

export const CalibrationReport = z.strictObject({
  method: z.enum(['homography', 'camera', 'marker', 'known_objects', 'scale', 'none']),
  source: z.enum(['request', 'stored', 'reference_object', 'none']),
  mm_per_pixel: z.number().nullable().describe('null: unknown, or not one number; see the range'),
  mm_per_pixel_range: z.tuple([z.number(), z.number()]).nullable().describe('least and most over the objects'),
  relative_uncertainty: z.number().nullable().describe('of the scale: half width of the 90 % interval / scale'),
  residual_mm: z.number().nullable(),
  references: z.array(z.string()),
  assumptions: z.array(z.string()),
  reason: z.string().nullable(),
  calibration_id: z.string().optional().describe('the stored one'),
  contradicted: z.boolean().optional().describe('the image speaks against it: see reason'),
});

/** The answer to one image: the contract's analysis object. */
export const Analysis = z.strictObject({
  analysis_id: z.string(),
  timestamp: z.iso.datetime(),
  image: z.strictObject({ width: z.int(), height: z.int(), sha256: z.string().nullable() }),
  model: z
    .strictObject({
      name: z.string(),
      version: z.string(),
      threshold: z.number(),
      inference: z.string().optional(),
      provider: z.string(),
      box_noise: z.number().optional().describe('of its boxes, over all classes'),
    })
    .nullable()
    .describe('null: the caller gave the detections'),
  detections: z.array(AnalysedObject).describe('the mugs'),
  objects: z.array(AnalysedObject).describe('everything found, mugs included'),
  calibration: CalibrationReport,
  units: z.enum(['metric', 'imperial']).optional().describe('of the sentences; metric when absent'),
  rules: z.array(Verdict),
  findings: z
    .strictObject({ violated: z.int(), uncertain: z.int(), satisfied: z.int() })
    .optional()
    .describe('all pairs, listed or not'),
  positioning: Positioning.nullable().describe('null: no mug, and nothing decided'),
  feedback: z.strictObject({ summary: z.string(), recommendations: z.array(z.string()) }).nullable(),
  warnings: z.array(z.string()),
  stored: z.literal(false).optional().describe('it could not be stored, for the reason in warnings'),
  cached: z.boolean(),
  processing_time_ms: z.int(),
});
export type Analysis = z.infer<typeof Analysis>;

export type FindingCounts = Readonly<Record<Verdict['verdict'], number>>;

/** Every finding counts, also one that is not listed; analyses of older versions know only their list. */
export function countFindings({ rules, findings }: Pick<Analysis, 'rules' | 'findings'>): FindingCounts {
  const counts = { satisfied: 0, violated: 0, uncertain: 0, not_applicable: 0 };
  for (const { verdict } of rules) counts[verdict] += 1;
  return { ...counts, ...findings };
}
