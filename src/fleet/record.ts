import * as z from 'zod';
import { KnownConfig, SERVER_ACTIONS, SERVER_STATES, ServerId, ServerType } from '../contract/server.ts';
import { Holder } from '../process-holder.ts';
import { Meter } from './meter.ts';

const Time = z.iso.datetime();

/** A GPU of the catalog as it was when the server was made. */
const Gpu = z.object({
  id: z.string(),
  name: z.string(),
  pool: z.string().nullable(),
  memoryGb: z.number(),
  price: z.object({ timed: z.number().nullable(), serverless: z.number().nullable() }),
  availability: z.enum(['none', 'low', 'medium', 'high']).nullable(),
});

/** What is being done, written down before the provider is asked. */
export const Intent = z.object({
  id: z.string(),
  action: z.enum(['create', ...SERVER_ACTIONS]),
  /** For being idle, or by whom. */
  why: z.enum(['asked', 'idle']),
  at: Time,
  /** The provider answered. */
  accepted: z.boolean(),
  /** Who asks the provider: a process that is gone asks no more. */
  holder: Holder,
  /** What it was before. */
  from: z.enum(SERVER_STATES),
});
export type Intent = z.infer<typeof Intent>;

/** A server as it is kept. */
export const ServerRecord = z.object({
  id: ServerId,
  type: ServerType,
  config: KnownConfig.extend({
    // Earlier versions kept a number that acted on nothing.
    target_utilization: z
      .union([z.null(), z.number()])
      .transform(() => null)
      .default(null),
  }),
  /** Names in `config.env` that the provider has, and whose values are not kept any more. */
  forgotten_env: z.array(z.string()).default([]),
  /** What its token is made of besides the secret; null: it has the secret itself, or one that was asked for. */
  token_salt: z.string().nullable().default(null),
  serving: z.enum(['queue', 'load_balancer']),
  protected: z.boolean(),
  /** Found by its configured id, not made here: its name is not ours. */
  adopted: z.string().nullable(),
  state: z.enum(SERVER_STATES),
  /** What was last asked for. */
  goal: z.enum(['running', 'stopped', 'terminated']),
  intent: Intent.nullable(),
  provider_id: z.string().nullable(),
  gpu: Gpu.nullable(),
  created_at: Time,
  started_at: Time.nullable(),
  stopped_at: Time.nullable(),
  terminated_at: Time.nullable(),
  endpoint_url: z.string().nullable(),
  instances: z.int().min(0).nullable(),
  cost_per_hour: z.number().min(0).nullable(),
  error: z.string().nullable(),
  drift: z.string().nullable(),
  /** Since when it is known to run without a break: idleness begins no earlier. */
  watched_since: Time.nullable(),
  /** When it was said that it will be stopped. */
  warned_at: Time.nullable(),
  meter: Meter,
});
export type ServerRecord = z.infer<typeof ServerRecord>;

export const isOver = ({ terminated_at }: ServerRecord): boolean => terminated_at !== null;
