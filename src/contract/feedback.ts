import * as z from 'zod';
import { AnalysisId, RuleId } from './ids.ts';

export const FeedbackId = z.string().regex(/^fb_[A-Za-z0-9_-]{1,40}$/, 'must look like fb_…');
/** Longest remark, characters. */
const MAX_COMMENTS = 1000;

/** What somebody says of an answer; about all of it unless it names an object, a rule, or a rule and an object of it. */
export const FeedbackInput = z.strictObject({
  analysis_id: AnalysisId,
  is_correct: z.boolean(),
  object_id: z.string().min(1).max(64).optional().describe('of the analysis, such as mug-1'),
  rule_id: RuleId.optional().describe('what it says of this rule'),
  correct_position: z
    .strictObject({ x: z.number().min(0), y: z.number().min(0) })
    .optional()
    .describe('of the middle of the wrong object_id, pixels'),
  comments: z.string().min(1).max(MAX_COMMENTS).optional(),
});
export type FeedbackInput = z.output<typeof FeedbackInput>;

/** It is kept beside the analysis and changes nothing of it. */
export const Feedback = z.strictObject({
  feedback_id: FeedbackId,
  analysis_id: z.string(),
  about: z.enum(['analysis', 'object', 'rule']),
  object_id: z.string().nullable(),
  rule_id: z.string().nullable(),
  is_correct: z.boolean(),
  correct_position: z.strictObject({ x: z.number(), y: z.number() }).nullable(),
  comments: z.string().nullable(),
  model: z.string().nullable().describe('that made the analysis; null: the caller gave the detections'),
  created_at: z.iso.datetime(),
});
export type Feedback = z.infer<typeof Feedback>;
