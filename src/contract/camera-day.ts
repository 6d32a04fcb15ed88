import * as z from 'zod';

export const CameraCounts = z.strictObject({
  pictures: z.int().describe('that came'),
  analysed: z.int().describe('a model looked at them'),
  unchanged: z.int().describe('nothing had changed in them'),
  unusable: z.int().describe('too dark or covered'),
  missed: z.int().describe('left out because the one before still ran'),
  failed: z.int().describe('the camera gave none'),
});
export type CameraCounts = z.infer<typeof CameraCounts>;

/** What is told of a day. */
export const CameraDaySummary = z.strictObject({
  summary_id: z.string(),
  camera: z.string(),
  day: z.string(),
  at: z.string(),
  counts: CameraCounts,
  rules: z.array(z.strictObject({ rule_id: z.string(), name: z.string(), broken: z.int(), broken_s: z.number() })),
  objects: z.array(z.strictObject({ class: z.string(), entered: z.int(), left: z.int(), moved: z.int() })),
});
export type CameraDaySummary = z.infer<typeof CameraDaySummary>;
