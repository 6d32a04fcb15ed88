import * as z from 'zod';
import { Priority } from './priority.ts';

/** What one priority holds. */
const Depth = z.strictObject({
  priority: Priority,
  waiting: z.int().describe('not yet taken by a worker'),
});

/** A process that takes analyses. */
export const QueueWorker = z.strictObject({
  worker_id: z.string(),
  host: z.string(),
  version: z.string().describe('of the program; a worker takes what servers of the same version put in'),
  model: z.string().nullable().describe('null: none is installed there'),
  concurrency: z.int(),
  trouble: z.string().nullable().describe('why it takes nothing now; null: it takes analyses'),
  started_at: z.iso.datetime(),
});
export type QueueWorker = z.infer<typeof QueueWorker>;

export const QueueStatus = z.strictObject({
  name: z.string(),
  state: z.enum(['connected', 'unreachable']),
  depth: z.array(Depth).describe('empty: not known now'),
  running: z.int().nullable().describe('taken by a worker and not done; null: not known now'),
  per_minute: z.int().nullable().describe('done in the last minute, by all workers; null: not known now'),
  late_per_minute: z
    .int()
    .nullable()
    .describe('ended by their time limit in the last minute, waiting or running; null: not known now'),
  dead: z.int().nullable().describe('given up; null: not known now'),
  held_bytes: z.int().nullable().describe('of photos that wait or run; null: not known now'),
  workers: z.array(QueueWorker),
});
export type QueueStatus = z.infer<typeof QueueStatus>;

/** An analysis that the workers gave up. */
export const DeadAnalysis = z.strictObject({
  id: z.string(),
  priority: Priority,
  owner: z.string(),
  queued_at: z.iso.datetime(),
  died_at: z.iso.datetime().nullable(),
  attempts: z.int(),
  error: z.strictObject({ code: z.string(), message: z.string() }),
  replayable: z.boolean().describe('false: its photo is not kept any more'),
});
export type DeadAnalysis = z.infer<typeof DeadAnalysis>;

/** How asking the same once more ended. */
export const Replay = z.strictObject({
  id: z.string(),
  analysis_id: z.string().nullable().describe('null: it failed again and is kept'),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});
export type Replay = z.infer<typeof Replay>;
