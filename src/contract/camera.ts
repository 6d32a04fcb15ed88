import * as z from 'zod';
import { CalibrationId, Context, RuleId } from './ids.ts';
import { isOneLine, ONE_LINE } from './one-line.ts';
import { Clock, TimeZone } from './time-zone.ts';
import { DAYS } from './timing.ts';

export const CameraId = z
  .string()
  .regex(/^cam_[A-Za-z0-9_-]{1,60}$/, 'must look like cam_…')
  .describe('cam_…');

/** In addresses of resources and on the command line too. */
export const CameraName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/, 'must be letters, digits, "-" and "_", at most 40')
  .describe('letters, digits, - and _');

export const SOURCE_KINDS = ['folder', 'snapshot', 'mjpeg', 'rtsp', 'usb'] as const;
export const SourceKind = z.enum(SOURCE_KINDS);
export type SourceKind = z.infer<typeof SourceKind>;

const SHAPE: Readonly<Record<SourceKind, { readonly test: RegExp; readonly words: string }>> = {
  folder: { test: /^(\/|~|\.|[A-Za-z]:[\\/])/, words: 'a folder is given by its path' },
  snapshot: { test: /^https?:\/\//i, words: 'a snapshot is an http or https address' },
  mjpeg: { test: /^https?:\/\//i, words: 'an MJPEG stream is an http or https address' },
  rtsp: { test: /^rtsps?:\/\//i, words: 'a stream is an rtsp or rtsps address' },
  usb: {
    test: /^(\/dev\/video\d{1,3}|video=[^\r\n"]{1,100}|\d{1,2})$/,
    words: 'a webcam is a device such as /dev/video0',
  },
};

/** Where pictures come from. No user and no password: those are the operator's (H200_CAMERA_LOGINS). */
export const CameraSource = z
  .strictObject({
    kind: SourceKind.describe('folder: newest picture in it; snapshot: address of one picture'),
    address: z.string().min(1).max(1024).refine(isOneLine, ONE_LINE).describe('path, address or device'),
  })
  .superRefine(({ kind, address }, context) => {
    const { test, words } = SHAPE[kind];
    const fail = (message: string) => context.addIssue({ code: 'custom', message, path: ['address'] });
    if (!test.test(address)) fail(words);
    const url = /:\/\//.test(address) ? URL.parse(address) : null;
    if (url && (url.username !== '' || url.password !== '')) {
      fail('holds a user name or password: those belong into H200_CAMERA_LOGINS');
    }
  });
export type CameraSource = z.infer<typeof CameraSource>;

const Share = z.number().min(0).max(1);
/** Relative, so that it stays where it is when the size of the pictures changes. */
export const PrivacyZone = z
  .array(z.tuple([Share, Share]))
  .min(3)
  .max(32)
  .describe('corners from 0 to 1 of width and height');
export type PrivacyZone = z.infer<typeof PrivacyZone>;

export const ActiveHours = z.strictObject({
  from: Clock,
  to: Clock.describe('may lie on the next day'),
  days: z
    .array(z.enum(DAYS))
    .min(1)
    .max(7)
    .default([...DAYS])
    .describe('on which it begins'),
});
export type ActiveHours = z.infer<typeof ActiveHours>;

const FIELDS = {
  name: CameraName,
  source: CameraSource,
  calibration_id: CalibrationId.nullable().describe('null: as single photos are measured'),
  interval_s: z.int().min(1).max(3600).describe('between two pictures'),
  time_zone: TimeZone.describe('of hours, days and the summary'),
  active_hours: ActiveHours.nullable().describe('null: always'),
  privacy_zones: z.array(PrivacyZone).max(20).describe('blacked out before anything else is done'),
  enabled: z.boolean(),
  hold_s: z.int().min(0).max(3600).describe('a rule must be broken so long before it is an event'),
  clear_s: z.int().min(0).max(3600).describe('and hold so long before it is mended'),
  rule_ids: z.array(RuleId).min(1).max(100).nullable().describe("null: all of the owner's"),
  context: Context.nullable(),
  picture_every_s: z.int().min(0).max(86_400).describe('kept for time lapses; 0: none'),
  retention_days: z.int().min(1).max(365).describe('of events, days and pictures'),
  summary_at: Clock.nullable().describe('a message about the day; null: none'),
};

/** What its owner says of a camera. */
export const CameraSettings = z.strictObject({
  ...FIELDS,
  calibration_id: FIELDS.calibration_id.default(null),
  interval_s: FIELDS.interval_s.default(10),
  time_zone: FIELDS.time_zone.default('UTC'),
  active_hours: FIELDS.active_hours.default(null),
  privacy_zones: FIELDS.privacy_zones.default([]),
  enabled: FIELDS.enabled.default(true),
  hold_s: FIELDS.hold_s.default(20),
  clear_s: FIELDS.clear_s.default(20),
  rule_ids: FIELDS.rule_ids.default(null),
  context: FIELDS.context.default(null),
  picture_every_s: FIELDS.picture_every_s.default(300),
  retention_days: FIELDS.retention_days.default(30),
  summary_at: FIELDS.summary_at.default(null),
});
export type CameraSettings = z.output<typeof CameraSettings>;
export type CameraSettingsInput = z.input<typeof CameraSettings>;

/** What is not named stays. */
export const CameraPatch = z.strictObject(FIELDS).partial();
export type CameraPatch = z.output<typeof CameraPatch>;

export const Camera = z.strictObject({
  camera_id: z.string(),
  ...FIELDS,
  created_at: z.string(),
  updated_at: z.string(),
});
export type Camera = z.output<typeof Camera>;
