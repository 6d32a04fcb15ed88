import * as z from 'zod';
import { CreateServer, ServerInfo, ServerType } from './server.ts';
import { ServerPlan } from './server-plan.ts';
import { spelled } from './spelled.ts';

/** Those of the manual. Only the first moves no traffic, and only it is built. */
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

export const DeployRequest = z.strictObject({
  ...CreateServer.shape,
  strategy: StrategyName.optional().describe('how one that is there is replaced; absent: there must be none'),
  health_check: HealthPath.optional(),
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

export const DeployReport = z.strictObject({
  type: ServerType,
  strategy: z.enum(['create', 'recreate']),
  outcome: z
    .enum(['dry_run', 'deployed', 'accepted', 'failed', 'rolled_back'])
    .describe('accepted: it is not known to run yet'),
  plan: ServerPlan.nullable().describe('null: prices cannot be known without a provider'),
  server: ServerInfo.nullable().describe('the new one'),
  replaced: ServerInfo.nullable().describe('the one that was there'),
  health: HealthCheck.nullable().describe('null: none was asked for, or it came not to it'),
  message: z.string(),
  warnings: z.array(z.string()),
});
export type DeployReport = z.infer<typeof DeployReport>;
