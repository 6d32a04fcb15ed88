import * as z from 'zod';

export const SERIES_NAMES = [
  'requests',
  'latency',
  'analyses',
  'inference',
  'cache',
  'rules',
  'feedback',
  'memory',
  'event_loop_lag',
  'queue_depth',
  'gpu_utilization',
  'gpu_memory',
  'gpu_temperature',
  'cost',
] as const;
export const SeriesName = z.enum(SERIES_NAMES);
export type SeriesName = z.infer<typeof SeriesName>;

export const TIME_RANGES = ['1h', '6h', '24h', '7d', '30d'] as const;
export const TimeRange = z.enum(TIME_RANGES);
export type TimeRange = z.infer<typeof TimeRange>;

/** What was measured, step by step. */
const steps = {
  unit: z.string(),
  time_range: TimeRange,
  step_s: z.int(),
  columns: z.array(z.string()),
  points: z
    .array(
      z.strictObject({
        time: z.iso.datetime().describe('begin of the step'),
        values: z.record(z.string(), z.number().nullable()).nullable().describe('null: no server measured'),
      }),
    )
    .describe('oldest first; the last step is not over'),
  servers: z.int().describe('starts of servers that measured in this time'),
  complete: z.boolean().describe('false: something that was measured is missing, see reason'),
  reason: z.string().nullable().describe('why there are no values, or not all'),
};

/** Over all servers of the record store. */
export const Series = z.strictObject({ name: SeriesName, ...steps });
export type Series = z.infer<typeof Series>;

/** How a rule came out in the stored analyses of one person. */
export const RuleSeries = z.strictObject({ rule_id: z.string(), ...steps });
export type RuleSeries = z.infer<typeof RuleSeries>;

/** What analyses with one model took, over all servers of the record store. */
export const ModelSeries = z.strictObject({ model: z.string(), ...steps });
export type ModelSeries = z.infer<typeof ModelSeries>;

export type Steps = Omit<Series, 'name'>;
