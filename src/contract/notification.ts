import * as z from 'zod';
import { RuleId } from './ids.ts';
import { Clock, TimeZone } from './time-zone.ts';

export const SEVERITIES = ['critical', 'error', 'warning', 'info', 'success'] as const;
export const Severity = z.enum(SEVERITIES);
export type Severity = z.infer<typeof Severity>;

/** Where messages leave to. */
export const TARGETS = ['webhook', 'n8n', 'slack', 'discord', 'email', 'templated'] as const;
export const TargetName = z.enum(TARGETS);
export type TargetName = z.infer<typeof TargetName>;

/** Besides them, the addresses that callers name for what they began. */
export const SenderName = z.enum([...TARGETS, 'callback']);
export type SenderName = z.infer<typeof SenderName>;

/** Those whose readers are people. */
export const CHANNELS = ['slack', 'discord', 'email'] as const;
export const Channel = z.enum(CHANNELS);
export type Channel = z.infer<typeof Channel>;

export const QuietHours = z
  .strictObject({
    from: Clock,
    to: Clock.describe('may lie on the next day'),
    time_zone: TimeZone.default('UTC'),
  })
  .describe('notices wait until they end; critical ones do not');
export type QuietHours = z.infer<typeof QuietHours>;

/** What the owner of analyses and rules wants people to be told about them. */
export const NotificationPreferences = z.strictObject({
  channels: z
    .partialRecord(Channel, z.array(Severity).max(SEVERITIES.length))
    .default({})
    .describe('severities of each channel; of one that is absent, those of the server'),
  muted_rules: z.array(RuleId).max(1000).default([]).describe('rules of which nobody is told'),
  quiet_hours: QuietHours.nullable().default(null),
});
export type NotificationPreferences = z.infer<typeof NotificationPreferences>;

export const OutgoingEvent = z.strictObject({
  event_id: z.string(),
  event_type: z.string(),
  timestamp: z.string(),
  owner: z.string(),
  severity: Severity,
  data: z.record(z.string(), z.unknown()),
});
export type OutgoingEvent = z.infer<typeof OutgoingEvent>;

export const TargetStatus = z.strictObject({
  target: SenderName.describe('callback: the addresses that callers named, all together'),
  state: z.enum(['ok', 'retrying']).describe('ok also when nothing was sent yet'),
  waiting: z.int().nullable().describe('messages; null: not known just now'),
  delivered: z.int().describe('by this process'),
  failures: z.int().describe('tries that failed, of this process'),
  dead_letters: z.int().nullable(),
  last_success_at: z.string().nullable(),
  last_error: z.strictObject({ at: z.string(), reason: z.string() }).nullable(),
});
export type TargetStatus = z.infer<typeof TargetStatus>;

export type TargetState = Pick<TargetStatus, 'target' | 'state' | 'last_success_at'>;

export const DeadLetter = z.strictObject({
  id: z.string(),
  target: SenderName,
  died_at: z.string(),
  reason: z.string(),
  event: OutgoingEvent,
});
export type DeadLetter = z.infer<typeof DeadLetter>;

export const TestOutcome = z.strictObject({
  target: TargetName,
  ok: z.boolean(),
  reason: z.string().nullable().describe('why it failed'),
  took_ms: z.int(),
});
export type TestOutcome = z.infer<typeof TestOutcome>;

/** A picture that Templated.io makes of an analysis. */
export const Render = z.strictObject({
  analysis_id: z.string(),
  render_id: z.string(),
  status: z.enum(['PENDING', 'COMPLETED', 'FAILED']),
  url: z.string().nullable(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  format: z.string().nullable(),
  updated_at: z.string(),
});
export type Render = z.infer<typeof Render>;
