import * as z from 'zod';
import { Clock } from './time-zone.ts';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

/** A week: who allows longer means no rule. */
export const MAX_FOR_SECONDS = 7 * 86_400;

/**
 * When a rule is broken in time; only a camera that watches can tell. Local time of the camera. `after` alone ends at
 * midnight, `before` alone begins there; with `after` later than `before` the hours run over midnight and count for the
 * day they begin on.
 */
export const Timing = z
  .strictObject({
    for_seconds: z
      .int()
      .min(1)
      .max(MAX_FOR_SECONDS)
      .optional()
      .describe('so long it may last; unseen time does not count'),
    after: Clock.optional(),
    before: Clock.optional(),
    by: Clock.optional().describe('must hold then, once a day'),
    days: z
      .array(z.enum(DAYS))
      .min(1)
      .max(7)
      .refine((days) => new Set(days).size === days.length, 'names a day twice')
      .optional(),
  })
  .refine((t) => Object.values(t).some((v) => v !== undefined), 'says no time')
  .refine(
    (t) => t.by === undefined || (t.after === undefined && t.before === undefined),
    '"by" goes without other hours',
  )
  .refine((t) => t.by === undefined || t.for_seconds === undefined, '"by" goes without "for_seconds"')
  .refine((t) => t.after === undefined || t.after !== t.before, 'hours that begin and end at the same time')
  .describe('one photo alone cannot tell');
export type Timing = z.infer<typeof Timing>;
