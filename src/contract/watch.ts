import * as z from 'zod';
import { TimeZone } from './time-zone.ts';

/** A number of mm with the half width of its 90 % interval; null: not known. */
const Mm = z.strictObject({ value: z.number(), uncertainty: z.number().nullable() });

export const TRACK_STATES = ['present', 'hidden', 'gone'] as const;

/** One thing that a camera follows: it keeps its id while it stays. */
export const TrackedObject = z.strictObject({
  track_id: z.string().describe('mug-3: the third mug that this camera has followed'),
  class: z.string(),
  position_mm: z
    .strictObject({
      x: z.number(),
      y: z.number(),
      x_uncertainty: z.number().describe('half width of the 90 % interval'),
      y_uncertainty: z.number().describe('half width of the 90 % interval'),
    })
    .nullable()
    .describe('mean since it stands there; null: no millimetres'),
  first_seen: z.iso.datetime(),
  last_seen: z.iso.datetime(),
  moved_mm: Mm.nullable().describe('by its last move; null: it never moved, or no millimetres'),
  state: z.enum(TRACK_STATES).describe('hidden: not seen for a moment, and taken to be where it was'),
});
export type TrackedObject = z.infer<typeof TrackedObject>;

export const WATCH_EVENTS = [
  'rule_broken',
  'rule_mended',
  /** Its hours or its day ended while it was broken. */
  'rule_ended',
  /** For long nobody can tell whether it holds. */
  'rule_uncertain',
  'object_entered',
  'object_left',
  'object_moved',
  'camera_moved',
  'camera_lost',
  'camera_back',
] as const;
export const WatchEventKind = z.enum(WATCH_EVENTS);
export type WatchEventKind = z.infer<typeof WatchEventKind>;

export const EventObject = z.strictObject({
  track_id: z.string(),
  class: z.string(),
});

/** What changed before a camera. The same change has the same id, however often it is computed. */
export const WatchEvent = z.strictObject({
  event_id: z.string().regex(/^wev_[0-9a-f]{24}$/),
  kind: WatchEventKind,
  camera: z.string(),
  at: z.iso.datetime().describe('when it was sure'),
  since: z.iso.datetime().describe('when it began, as far as it was seen'),
  until: z.iso
    .datetime()
    .nullable()
    .default(null)
    .describe('of rule_mended and rule_ended: until when it was broken; null: another event'),
  rule_id: z.string().nullable(),
  objects: z.array(EventObject),
  evidence: z.strictObject({
    reason: z.string().describe('one line'),
    measured_mm: Mm.nullable().describe('the distance that breaks the rule, or how far something was moved'),
    required_mm: z.number().nullable(),
    seen_s: z.number().describe('how long it was seen so'),
    unseen_s: z.number().describe('how long nobody saw, in between'),
  }),
  analysis_id: z.string().nullable(),
});
export type WatchEvent = z.infer<typeof WatchEvent>;

/** How patient a camera is, seconds unless said otherwise. */
export const WatchTiming = z.strictObject({
  hold_s: z.number().min(0).max(3600).default(10).describe('a rule must be broken for so long to be told'),
  clear_s: z.number().min(0).max(3600).default(10).describe('and kept for so long to be mended'),
  hidden_s: z.number().min(0).max(3600).default(30).describe('something out of sight for longer has left'),
  gap_s: z.number().positive().max(86_400).default(60).describe('longer without a frame: nobody saw what happened'),
  lost_s: z
    .number()
    .positive()
    .max(86_400)
    .default(60)
    .describe('a camera without a picture for longer is told as lost'),
  uncertain_s: z.number().positive().max(86_400).default(900).describe('uncertain for longer is told'),
  time_zone: TimeZone.default('UTC').describe('of the hours in rules, e.g. Europe/Berlin'),
});
export type WatchTiming = z.infer<typeof WatchTiming>;
