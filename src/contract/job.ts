import * as z from 'zod';

export const JobId = z.string().regex(/^job_[A-Za-z0-9_-]{1,40}$/, 'must look like job_…');
export const JOB_KINDS = ['batch', 'import', 'export', 'deployment'] as const;
export const JOB_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

/** Long work that goes on when its request has been answered. Jobs live in the memory of the server that took them. */
export const Job = z.strictObject({
  job_id: JobId,
  kind: z.enum(JOB_KINDS),
  state: z.enum(JOB_STATES),
  progress: z
    .strictObject({ done: z.number(), total: z.number(), message: z.string() })
    .nullable()
    .describe('null: nothing was told yet'),
  created_at: z.iso.datetime(),
  started_at: z.iso.datetime().nullable(),
  ended_at: z.iso.datetime().nullable(),
  forgotten_at: z.iso.datetime().nullable().describe('when it is forgotten, at the latest; null: not ended'),
  error: z.strictObject({ code: z.string(), message: z.string(), advice: z.string() }).nullable(),
  result: z.string().nullable().describe('where the result is; null: there is none'),
});
export type Job = z.infer<typeof Job>;
export type JobKind = Job['kind'];
