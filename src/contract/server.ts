import * as z from 'zod';

/** A RunPod endpoint (`serverless`: workers come and go with the load) or pod (`timed`: one machine, paid by the hour). */
export const SERVER_TYPES = ['serverless', 'timed'] as const;
export const ServerType = z.enum(SERVER_TYPES);
export type ServerType = z.infer<typeof ServerType>;

export const SERVER_STATES = ['pending', 'starting', 'running', 'stopping', 'stopped', 'error', 'updating'] as const;
export type ServerState = (typeof SERVER_STATES)[number];

export const ServerId = z.string().regex(/^srv_[A-Za-z0-9_-]{1,40}$/, 'must look like srv_…');

const EnvironmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be a name of an environment variable');

export const ServerConfig = z.strictObject({
  gpu_type: z.string().min(1).max(64).default('H200').describe('short name ("H200") or the id of the catalog'),
  gpu_count: z.int().min(1).max(8).default(1),
  min_instances: z.int().min(0).max(10).default(0).describe('serverless only: these run, and cost, all the time'),
  max_instances: z.int().min(1).max(10).default(3).describe('serverless only'),
  idle_timeout_seconds: z.int().min(60).max(86_400).default(600),
  target_utilization: z.number().min(0.1).max(1).default(0.7),
  image: z.string().min(1).max(512).nullable().default(null).describe('container; null: the configured one'),
  env: z.record(EnvironmentName, z.string().max(4096)).default({}).describe('never shown again: names only'),
});
export type ServerConfig = z.infer<typeof ServerConfig>;

/** One server as everybody sees it. Amounts are US dollars; null: not known. */
export const ServerInfo = z.strictObject({
  id: ServerId,
  type: ServerType,
  name: z.string(),
  state: z.enum(SERVER_STATES),
  config: ServerConfig.omit({ env: true }).extend({ env: z.array(z.string()).describe('names') }),
  created_at: z.iso.datetime(),
  started_at: z.iso.datetime().nullable(),
  stopped_at: z.iso.datetime().nullable(),
  endpoint_url: z.string().nullable(),
  current_instances: z.int().min(0).nullable(),
  total_requests: z.int().min(0).describe('that our gateway routed to it'),
  error_count: z.int().min(0),
  cost_per_hour: z.number().min(0).nullable().describe('as the provider states it now'),
  total_cost: z.number().min(0).describe('while it ran, as counted here'),
  protected: z.boolean().describe('neither stopped nor terminated before this is taken off'),
  idle_since: z.iso.datetime().nullable().describe('null: busy, not running, or not watched'),
  error: z.string().nullable().describe('in the provider’s words'),
  drift: z.string().nullable().describe('where it is otherwise at the provider than was asked; null: as asked'),
});
export type ServerInfo = z.infer<typeof ServerInfo>;

export const SERVER_ACTIONS = ['start', 'stop', 'restart', 'scale', 'update', 'terminate'] as const;
export type ServerAction = (typeof SERVER_ACTIONS)[number];
