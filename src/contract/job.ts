import * as z from 'zod';
import { Priority } from './priority.ts';

export const JobId = z.string().regex(/^job_[A-Za-z0-9_-]{1,40}$/, 'must look like job_…');
export const JOB_KINDS = ['analysis', 'batch', 'import', 'export', 'deployment'] as const;
export const JOB_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export const JobState = z.enum(JOB_STATES);

/** One photo of a job, and what came of it: neither an analysis nor an error, and it was not looked at to the end. */
export const JobImage = z.strictObject({
  index: z.int(),
  filename: z.string(),
  analysis_id: z.string().nullable(),
  error: z.string().nullable().describe('code'),
});
export type JobImage = z.infer<typeof JobImage>;

/** Long work that goes on when its request has been answered. Jobs live in the memory of the server that took them. */
export const Job = z.strictObject({
  job_id: JobId,
  kind: z.enum(JOB_KINDS),
  state: JobState.describe('failed: also when none of its photos could be analysed'),
  priority: Priority.describe('low unless H200-Priority says otherwise'),
  callback: z.boolean().describe('whether its end is told to an address'),
  images: z
    .array(JobImage)
    .nullable()
    .describe('its photos and what came of each until now; null: work of another kind, or not for this caller'),
  progress: z
    .strictObject({ done: z.number(), total: z.number(), message: z.string() })
    .nullable()
    .describe('null: nothing was told yet'),
  created_at: z.iso.datetime(),
  started_at: z.iso.datetime().nullable(),
  ended_at: z.iso.datetime().nullable(),
  forgotten_at: z.iso.datetime().nullable().describe('when it is forgotten, at the latest; null: not ended'),
  error: z
    .strictObject({ code: z.string(), message: z.string(), advice: z.string(), retry_after_s: z.number().optional() })
    .nullable(),
  result: z
    .string()
    .nullable()
    .describe('where the result is, of a batch that was cancelled or failed what it had done; null: there is none'),
});
export type Job = z.infer<typeof Job>;
export type JobKind = Job['kind'];
export type JobState = Job['state'];
