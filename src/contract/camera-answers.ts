import * as z from 'zod';
import { Camera } from './camera.ts';
import { CameraCounts } from './camera-day.ts';
import { TrackedObject, WatchEvent } from './watch.ts';

export const CAMERA_STATES = ['watching', 'resting', 'in_trouble', 'moved', 'off', 'waiting'] as const;

/** With the name of its rule. */
export const NamedEvent = z.strictObject({ ...WatchEvent.shape, rule: z.string().nullable().describe('its name') });
export type NamedEvent = z.infer<typeof NamedEvent>;

const State = z
  .enum(CAMERA_STATES)
  .describe('resting: outside its hours; moved: not where it was calibrated; waiting: no picture yet');
const Trouble = z.string().nullable().describe('why there is no picture');

/** In a list: with how it is. */
export const ListedCamera = z.strictObject({
  ...Camera.shape,
  state: State,
  trouble: Trouble,
  last_picture_at: z.string().nullable(),
  broken: z.int().describe('rules that are broken now, as far as it saw'),
});
export type ListedCamera = z.infer<typeof ListedCamera>;

/** What a camera sees now. */
export const CameraStatus = z.strictObject({
  camera_id: z.string(),
  name: z.string(),
  time_zone: z.string(),
  state: State,
  trouble: Trouble,
  last_picture_at: z.string().nullable(),
  calibration: z.enum(['none', 'holds', 'moved', 'unknown']),
  view_shift: z.number().nullable().describe('how far the view is off, share of the long side'),
  objects: z.array(TrackedObject),
  broken: z.array(
    z.strictObject({
      rule_id: z.string(),
      rule: z.string(),
      since: z.string(),
      objects: z.array(z.string()),
      reason: z.string(),
    }),
  ),
  pending: z
    .array(
      z.strictObject({
        rule_id: z.string(),
        rule: z.string(),
        since: z.string(),
        objects: z.array(z.string()),
        reason: z.string(),
        seen_s: z.number(),
        told_after_s: z.number(),
      }),
    )
    .describe('violated now, and not for long enough to be told'),
  today: CameraCounts,
  last_events: z.array(NamedEvent).describe('newest first'),
});
export type CameraStatus = z.infer<typeof CameraStatus>;

/** What changed before a camera. */
export interface CameraChanges {
  readonly status: CameraStatus;
  /** From when on; null: the last ones, whenever that was. */
  readonly since: string | null;
  /** Newest first. */
  readonly events: readonly NamedEvent[];
  /** Whether there are more since then; null: not asked. */
  readonly has_more: boolean | null;
}

const BrokenSpan = z.strictObject({
  objects: z.array(z.string()),
  from: z.string(),
  to: z.string().nullable().describe('null: it still is'),
});

export const CameraTimeline = z.strictObject({
  from: z.string(),
  to: z.string(),
  rules: z.array(
    z.strictObject({
      rule_id: z.string(),
      rule: z.string().nullable().describe('null: there is none of that id any more'),
      broken: z.int().describe('times'),
      broken_s: z.number().describe('as far as it was seen'),
      unseen_s: z.number().describe('of the time between that nobody saw'),
      spans: z.array(BrokenSpan),
    }),
  ),
  days: z.array(z.strictObject({ day: z.string(), counts: CameraCounts })),
});
export type CameraTimeline = z.infer<typeof CameraTimeline>;

/** Where mugs stood. */
export const CameraHeat = z.strictObject({
  from: z.string(),
  to: z.string(),
  cell_mm: z.number(),
  cells: z
    .array(z.tuple([z.number(), z.number(), z.number()]))
    .describe('left and upper side on the table, mm, and seconds; the longest first'),
  cells_not_listed: z.int(),
  total_s: z.number(),
});
export type CameraHeat = z.infer<typeof CameraHeat>;

export const CameraTest = z.strictObject({
  ok: z.boolean(),
  reason: z.string().nullable().describe('why there is no picture'),
  width: z.int().nullable(),
  height: z.int().nullable(),
  taken_at: z.string().nullable(),
  took_ms: z.int(),
});
export type CameraTest = z.infer<typeof CameraTest>;
