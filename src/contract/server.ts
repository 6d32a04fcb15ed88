import * as z from 'zod';
import { IMAGE_REFERENCE, isImageReference } from './image-reference.ts';
import { isOneLine, ONE_LINE } from './one-line.ts';

/** A RunPod endpoint (`serverless`: workers come and go with the load) or pod (`timed`: one machine, paid by the hour). */
export const SERVER_TYPES = ['serverless', 'timed'] as const;
export const ServerType = z.enum(SERVER_TYPES);
export type ServerType = z.infer<typeof ServerType>;

export const SERVER_STATES = ['pending', 'starting', 'running', 'stopping', 'stopped', 'error', 'updating'] as const;
export type ServerState = (typeof SERVER_STATES)[number];

export const ServerId = z.string().regex(/^srv_[A-Za-z0-9_-]{1,40}$/, 'must look like srv_…');

/** One server, or the only one of a type. */
export const ServerTarget = z
  .union([ServerType, ServerId])
  .describe('id (srv_…), or the type where there is one of it');
export type ServerTarget = z.infer<typeof ServerTarget>;

const EnvironmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be a name of an environment variable');

const GpuName = z.string().min(1).max(64).refine(isOneLine, ONE_LINE);
const IdleTimeout = z.int().min(60).max(86_400);
const MinInstances = z.int().min(0).max(10);
const MaxInstances = z.int().min(1).max(10);
/** RunPod scales workers by requests or by their wait. */
const Unscaled = z
  .null({ error: 'must be left out: RunPod scales workers by requests, nothing scales by utilization' })
  .describe('always null: nothing scales by it');
const ContainerImage = z.string().min(1).max(512).refine(isImageReference, IMAGE_REFERENCE);
/** As it is known: one that was not made here has whatever it has. */
const KnownImage = z.string().max(512).nullable().default(null).describe('container; null: not known');
export const Environment = z.record(EnvironmentName, z.string().max(4096));

export const ServerConfig = z.strictObject({
  gpu_type: GpuName.default('H200').describe('short name ("H200") or the id of the catalog'),
  gpu_count: z.int().min(1).max(8).default(1),
  min_instances: MinInstances.default(0).describe('serverless only: these run, and cost, all the time'),
  max_instances: MaxInstances.default(3).describe('serverless only'),
  idle_timeout_seconds: IdleTimeout.default(600),
  target_utilization: Unscaled.default(null),
  image: ContainerImage.nullable().default(null).describe('container; null: the configured one'),
  env: Environment.default({}).describe('never shown again: names only'),
});
export type ServerConfig = z.infer<typeof ServerConfig>;

/** The same of a server that is there. */
export const KnownConfig = ServerConfig.extend({ image: KnownImage });

/** One server as everybody sees it. Amounts are US dollars; null: not known. */
export const ServerInfo = z.strictObject({
  id: ServerId,
  type: ServerType,
  name: z.string(),
  state: z.enum([...SERVER_STATES, 'terminated']).describe('"terminated": in the answer that ended it alone'),
  as_of: z.iso.datetime().nullable().describe('when its state was last seen at the provider; null: not yet'),
  config: KnownConfig.omit({ env: true }).extend({ env: z.array(z.string()).describe('names') }),
  gpu: z
    .strictObject({ id: z.string(), name: z.string(), memory_gb: z.number() })
    .nullable()
    .describe('what it was given; null: nothing yet, or not known'),
  provider_id: z.string().nullable().describe('its id at the provider; null: it has none yet'),
  created_at: z.iso.datetime(),
  started_at: z.iso.datetime().nullable(),
  stopped_at: z.iso.datetime().nullable(),
  endpoint_url: z.string().nullable(),
  current_instances: z.int().min(0).nullable(),
  total_requests: z.int().min(0).describe('that our gateway routed to it'),
  error_count: z.int().min(0),
  cost_per_hour: z.number().min(0).nullable().describe('as the provider states it now'),
  total_cost: z
    .number()
    .min(0)
    .nullable()
    .describe(
      'while it ran, as counted here, null: its price was never told; of serverless ones as billed, null: not billed yet',
    ),
  protected: z.boolean().describe('neither stopped nor terminated before this is taken off'),
  idle_since: z.iso.datetime().nullable().describe('null: busy, not running, or not watched'),
  idle_stop_at: z.iso
    .datetime()
    .nullable()
    .describe('when it is stopped unless it is used; null: it is not, or no serve or stdio runs that would'),
  error: z.string().nullable().describe('in the provider’s words'),
  drift: z.string().nullable().describe('where it is otherwise at the provider than was asked; null: as asked'),
});
export type ServerInfo = z.infer<typeof ServerInfo>;

export const SERVER_ACTIONS = ['start', 'stop', 'restart', 'scale', 'update', 'terminate'] as const;
export const ServerAction = z.enum(SERVER_ACTIONS);
export type ServerAction = z.infer<typeof ServerAction>;

/** refused: it answers, and does not take the key. */
export const PROVIDER_STATES = ['ok', 'unreachable', 'refused', 'not_configured'] as const;

export const ServerList = z.strictObject({
  servers: z.array(ServerInfo),
  provider: z.strictObject({
    state: z.enum(PROVIDER_STATES),
    reason: z.string().nullable().describe('why it is not ok'),
    simulated: z.boolean().describe('a fake of the provider: nothing is rented, and prices are made up'),
    reconciled_at: z.iso
      .datetime()
      .nullable()
      .describe('when the list was last compared with the provider’s: states are of then'),
  }),
  idle_timeout_seconds: z.record(ServerType, z.int()).describe('of new servers, by type'),
  unknown: z
    .array(
      z.strictObject({
        provider_id: z.string(),
        type: ServerType,
        name: z.string(),
        state: z.string(),
        cost_per_hour: z.number().nullable(),
      }),
    )
    .describe('what the provider runs on the same account and was not made here; 50 at most'),
});
export type ServerList = z.infer<typeof ServerList>;

/** A server that is to be made. */
export const CreateServer = z.strictObject({
  type: ServerType,
  config: ServerConfig.prefault({}),
  fallback_gpu_types: z
    .array(GpuName)
    .max(8)
    .default([])
    .describe('tried in this order where none of config.gpu_type is to be had'),
  max_price: z
    .number()
    .positive()
    .max(1000)
    .nullable()
    .default(null)
    .describe('US dollars per hour, all its GPUs; serverless: of one worker'),
  serving: z
    .enum(['queue', 'load_balancer'])
    .default('load_balancer')
    .describe('serverless only: HTTP through a load balancer, or jobs in a queue'),
  protected: z.boolean().default(false),
  wait_for_completion: z.boolean().default(true).describe('until it runs; else it answers once the provider took it'),
});
export type CreateServer = z.infer<typeof CreateServer>;
export type CreateServerInput = z.input<typeof CreateServer>;

export const ControlServer = z.strictObject({
  action: ServerAction,
  min_instances: MinInstances.optional().describe('of "scale"'),
  max_instances: MaxInstances.optional().describe('of "scale"'),
  image: ContainerImage.optional().describe('of "update"'),
  env: Environment.optional().describe('of "update": replaces all of it'),
  force: z
    .boolean()
    .default(false)
    .describe('also while it is used or in between two states; never against protection'),
  wait_for_completion: z.boolean().default(true),
});
export type ControlServer = z.infer<typeof ControlServer>;
export type ControlServerInput = z.input<typeof ControlServer>;

export const ControlAnswer = z.strictObject({
  success: z.boolean().describe('false: it did not get there in the time; the server’s state and error say more'),
  server: ServerInfo,
  message: z.string(),
  duration_seconds: z.number(),
  warnings: z.array(z.string()),
});
export type ControlAnswer = z.infer<typeof ControlAnswer>;

/** What may be changed at run time. Of a type with several servers only the idle time: of all, and the default of new ones. */
export const ServerSettings = z.strictObject({
  idle_timeout_seconds: IdleTimeout.optional(),
  protected: z.boolean().optional(),
  target_utilization: Unscaled.optional(),
  min_instances: MinInstances.optional().describe('serverless only'),
  max_instances: MaxInstances.optional().describe('serverless only'),
});
export type ServerSettings = z.infer<typeof ServerSettings>;

export const ConfiguredServers = z.strictObject({
  servers: z.array(ServerInfo),
  idle_timeout_seconds: z.int().nullable().describe('default of new ones of the type; null: one server was configured'),
});
export type ConfiguredServers = z.infer<typeof ConfiguredServers>;

export const OffersRequest = z.strictObject({
  type: ServerType,
  gpu_type: GpuName.optional().describe('short name or id; absent: all'),
  gpu_count: z.int().min(1).max(8).default(1),
  max_price: z.number().positive().max(1000).nullable().default(null).describe('US dollars per hour, all GPUs'),
});
export type OffersRequest = z.infer<typeof OffersRequest>;

/** A GPU of the provider’s catalog, at this moment. */
export const ServerOffer = z.strictObject({
  gpu_id: z.string(),
  short_name: z.string(),
  name: z.string(),
  memory_gb: z.number(),
  gpu_count: z.int(),
  price_per_hour: z.number().nullable().describe('US dollars, all GPUs of one instance while it runs; null: not told'),
  availability: z.enum(['none', 'low', 'medium', 'high']).nullable(),
});
export type ServerOffer = z.infer<typeof ServerOffer>;

/** What creating would do, without doing it. */
export const ServerQuote = z.strictObject({
  candidates: z.array(ServerOffer).describe('in the order in which they would be tried'),
  refused: z.array(z.strictObject({ gpu_type: z.string(), reason: z.string() })),
  price_per_hour: z.number().nullable().describe('of the first candidate'),
  highest_price_per_hour: z.number().nullable().describe('if all instances of the dearest candidate run'),
  image: z.string().nullable().describe('container image; null: none is named'),
  env: z.array(z.string()).describe('names of its own variables'),
});
export type ServerQuote = z.infer<typeof ServerQuote>;

export const CostRequest = z.strictObject({
  since: z.iso.datetime().optional().describe('absent: the last 30 days'),
});
export type CostRequest = z.infer<typeof CostRequest>;

const Usd = z.number().describe('US dollars');

export const ServerCost = z.strictObject({
  server_id: ServerId,
  type: ServerType,
  name: z.string(),
  usd: z
    .number()
    .nullable()
    .describe('timed: counted here while it ran, null: its price was never told; serverless: as billed, null: not yet'),
  running_hours: z.number().nullable().describe('timed only'),
  idle_hours: z.number().nullable().describe('that it ran longer than a minute after its last request; timed only'),
  unseen_hours: z.number().nullable().describe('of which nobody knows whether it ran: not counted; timed only'),
  saved_usd: z
    .number()
    .nullable()
    .describe('measured hours that idle shutdown kept it stopped × its last price; null: not measured'),
  saved_hours: z.number().nullable(),
  billed_usd: z.number().nullable().describe('by the provider’s records; null: none yet'),
  difference_usd: z.number().nullable().describe('billed less counted, over the time that both cover'),
});
export type ServerCost = z.infer<typeof ServerCost>;

export const CostReport = z.strictObject({
  since: z.iso.datetime().describe('a full hour'),
  until: z.iso.datetime(),
  simulated: z.boolean().describe('a fake of the provider: nothing was paid'),
  usd: Usd.describe('of all servers whose cost is known'),
  not_billed_yet: z.int().describe('serverless servers whose cost is not known'),
  usd_by_type: z.record(ServerType, z.number()),
  saved_usd: z.number().nullable(),
  cost_per_hour_now: z.number().nullable().describe('of all that runs; null: of some it is not told'),
  servers: z.array(ServerCost),
  projection: z
    .strictObject({
      usd_per_month: z.number(),
      window_hours: z.number(),
      formula: z.string(),
    })
    .nullable()
    .describe('null: less than an hour was measured'),
  billing: z.strictObject({
    read_at: z.iso.datetime().nullable(),
    covers_until: z.iso.datetime().nullable(),
    error: z.string().nullable(),
  }),
});
export type CostReport = z.infer<typeof CostReport>;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

export const LogsRequest = z.strictObject({
  lines: z.int().min(1).max(10_000).default(100).describe('the last ones that fit'),
  since: z.iso.datetime().optional(),
  level: z.enum(LOG_LEVELS).optional().describe('at least; lines that say no level are left out'),
  search: z.string().min(1).max(200).optional().describe('text that a line must contain, in any case'),
  source: z.enum(['container', 'system']).optional(),
  after: z.string().min(1).max(200).optional().describe('cursor of the last line seen'),
});
export type LogsRequest = z.infer<typeof LogsRequest>;
export type LogsRequestInput = z.input<typeof LogsRequest>;

/** Foreign text: whatever ran there wrote it. */
export const ServerLogLine = z.strictObject({
  cursor: z.string(),
  at: z.string(),
  source: z.enum(['container', 'system']),
  level: z.enum(LOG_LEVELS).nullable().describe('null: the line says none'),
  text: z.string().describe('at most 2,000 characters'),
});
export type ServerLogLine = z.infer<typeof ServerLogLine>;

export const ServerLogs = z.strictObject({
  server_id: ServerId,
  lines: z.array(ServerLogLine),
  cursor: z.string().nullable().describe('give it as "after" to read on'),
  cut: z.boolean().describe('older lines were left out'),
});
export type ServerLogs = z.infer<typeof ServerLogs>;
