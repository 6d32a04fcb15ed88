import * as z from 'zod';
import { CreateServer, ServerId, ServerInfo, ServerType } from './server.ts';
import { ServerPlan } from './server-plan.ts';
import { spelled } from './spelled.ts';

/** Those of the manual. */
export const STRATEGIES = ['recreate', 'rolling', 'blue-green', 'canary'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** "blue_green" is "blue-green". */
export const StrategyName = spelled(z.enum(STRATEGIES), (given) =>
  typeof given === 'string' ? given.trim().toLowerCase().replaceAll('_', '-') : given,
);

/** A path of the server itself: whoever asks over the network chooses no other host. */
export const HealthPath = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[\x21-\x7e]*$/, 'must be a path of the server, such as /health')
  .describe('asked until it answers 200; without it a server is taken for good once it runs');

export const DeploymentId = z.string().regex(/^dep_[A-Za-z0-9_-]{1,40}$/, 'must look like dep_…');

export const CANARY = { percent: 20, durationS: 3600 } as const;
/** How long the old server is kept beside the new one, seconds; `recreate` has stopped it and keeps none. */
export const KEEP_S = 600;

export const DeployRequest = z.strictObject({
  ...CreateServer.shape,
  strategy: StrategyName.optional().describe('how one that is there is replaced; absent: there must be none'),
  replaces: ServerId.optional().describe('which one, where there are several; "rolling" replaces all of the type'),
  health_check: HealthPath.optional(),
  traffic: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .describe('percent of the analyses that it computes in the end; absent: what the replaced one computes, else 0'),
  canary_percent: z.int().min(1).max(99).optional().describe(`of "canary": the first step (${CANARY.percent})`),
  canary_duration: z
    .int()
    .min(1)
    .max(604_800)
    .optional()
    .describe(`of "canary": seconds until it has everything (${CANARY.durationS})`),
  keep_seconds: z
    .int()
    .min(0)
    .max(86_400)
    .optional()
    .describe(`the old one is kept, running and paid, for a rollback (${KEEP_S}; of "recreate" 0, and stopped)`),
  dry_run: z.boolean().default(false).describe('answers what would be done and cost'),
});
export type DeployRequest = z.input<typeof DeployRequest>;

export const HealthCheck = z.strictObject({
  url: z.string(),
  ok: z.boolean(),
  status: z.int().nullable().describe('of the last answer; null: there was none'),
  tries: z.int(),
  reason: z.string().nullable().describe('why it is not ok'),
});
export type HealthCheck = z.infer<typeof HealthCheck>;

/** What runs beside the new server, and what both cost together. */
export const Overlap = z.strictObject({
  server_ids: z.array(ServerId).describe('that run on until the new one has taken over'),
  price_per_hour: z.number().nullable().describe('US dollars, of those; null: not known'),
  together_per_hour: z.number().nullable().describe('at most, with the new one; null: not known'),
  at_most_seconds: z.int().describe('so long at most'),
});
export type Overlap = z.infer<typeof Overlap>;

export const DEPLOYMENT_PHASES = [
  'parking',
  'creating',
  'checking',
  'shifting',
  'canary',
  'draining',
  'keeping',
  'retiring',
  'going_back',
  'over',
] as const;
export const DeploymentPhase = z.enum(DEPLOYMENT_PHASES);
export type DeploymentPhase = z.infer<typeof DeploymentPhase>;

export const DEPLOYMENT_OUTCOMES = ['deployed', 'rolled_back', 'failed'] as const;

const Side = z.strictObject({
  id: z.string(),
  requests: z.int(),
  errors: z.int(),
  p95_ms: z.number().nullable(),
});

/** Both sides as they were measured by this program, since the step began. */
export const Judgement = z.strictObject({
  at: z.iso.datetime(),
  verdict: z.enum(['good', 'bad', 'too_few']),
  reason: z.string(),
  fresh: Side,
  old: Side.nullable().describe('null: there is none to compare with'),
});
export type Judgement = z.infer<typeof Judgement>;

export const SmokeReport = z.strictObject({
  ok: z.boolean(),
  detail: z.string(),
  same: z.boolean().nullable().describe('as here, or as the old server; null: nobody could compare'),
  objects_there: z.int().nullable(),
  took_ms: z.number(),
});

/** How one server is replaced by another one, as it stands. */
export const Deployment = z.strictObject({
  id: DeploymentId,
  type: ServerType,
  strategy: z.enum(STRATEGIES),
  phase: DeploymentPhase,
  outcome: z.enum(DEPLOYMENT_OUTCOMES).nullable().describe('null: it goes on'),
  message: z.string(),
  created_at: z.iso.datetime(),
  created_by: z.string(),
  phase_since: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable(),
  swaps: z
    .array(
      z.strictObject({
        old_server_id: ServerId.nullable(),
        new_server_id: ServerId.nullable().describe('null: none was made yet'),
        traffic: z.int().describe('percent of the analyses that is handed over'),
        handed_over: z.int().describe('percent of that which the new one has'),
      }),
    )
    .describe('one after the other'),
  weights: z
    .array(z.strictObject({ id: z.string(), weight: z.int() }))
    .describe('percent of all analyses, at this moment'),
  steps_percent: z.array(z.int()).describe('what the new one gets, step by step'),
  step_until: z.iso.datetime().nullable().describe('of "canary"'),
  kept_until: z.iso.datetime().nullable().describe('until then the old one is there; null: not yet, or no more'),
  health: HealthCheck.nullable(),
  smoke: SmokeReport.nullable(),
  judgement: Judgement.nullable(),
  overlap: Overlap,
  can_promote: z.boolean(),
  can_roll_back: z.boolean(),
  attended: z.boolean().describe('false: nobody drives it but who waits for it; it goes on while serve or stdio runs'),
  notes: z.array(z.strictObject({ at: z.iso.datetime(), text: z.string() })).describe('what happened; the last 50'),
});
export type Deployment = z.infer<typeof Deployment>;

export const DeployReport = z.strictObject({
  type: ServerType,
  strategy: z.enum(['create', ...STRATEGIES]),
  outcome: z
    .enum(['dry_run', 'deployed', 'accepted', 'under_way', 'failed', 'rolled_back'])
    .describe('accepted: it is not known to run yet; under_way: the deployment goes on, whoever waits for it'),
  plan: ServerPlan.nullable().describe('null: prices cannot be known without a provider'),
  overlap: Overlap.nullable().describe('null: nothing else runs meanwhile'),
  deployment: Deployment.nullable().describe('null: nothing was replaced'),
  server: ServerInfo.nullable().describe('the new one'),
  replaced: ServerInfo.nullable().describe('the one that was there'),
  health: HealthCheck.nullable().describe('null: none was asked for, or it came not to it'),
  message: z.string(),
  warnings: z.array(z.string()),
});
export type DeployReport = z.infer<typeof DeployReport>;
